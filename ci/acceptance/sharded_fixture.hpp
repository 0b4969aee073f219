#pragma once
// A test that has the same cycles run by one machine and by several, and compares what is said of
// them.

#include "ci/acceptance/stormdrain_fixture.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain::acceptance {

class sharded_fixture : public stormdrain_fixture {
protected:
    // What is run, the same by every shard: suites, targets, a filter.
    using words = std::vector<std::string>;

    // Two scenarios in which nothing is left to chance, two cycles each.
    static words small_plan(const std::string& target);
    // A defect build whose every stop breaks its promise, in the same way.
    static std::string defect_target();

    std::vector<std::string> argv_of(const words& what, const words& options,
                                     const std::string& folder) const;
    finished run_into(const std::string& folder, const words& what, const words& options = {});
    // Each of them in the same folder; what each of them ended with.
    std::vector<int> run_shards(const std::string& folder, const words& what, std::uint32_t total,
                                const words& options = {});
    finished merge(const words& sources, const std::string& folder);

    std::string text_of(const std::string& folder, const std::string& name) const {
        return read_file(file(folder + "/" + name));
    }
    // Both say the same but for times, processes, ports and where they stand.
    void expect_same_reports(const std::string& one, const std::string& other);
    // Where there is no xmllint, nothing is looked at.
    void expect_valid_junit(const std::string& folder) const;
    // Too busy to compare two runs: then another cycle may be the one that could not be judged.
    bool was_starved(const std::string& folder) const;
};

// What no two runs have in common is taken out: lengths and points of time, processes, ports,
// descriptors, folders.
std::string normalised(std::string report);

// The hash of each cycle's plan in a results.jsonl, by scenario and number.
using plan_hashes = std::map<std::pair<std::string, std::uint32_t>, std::string>;
plan_hashes plan_hashes_in(const std::string& results);

// The verdict on each scenario in a results.jsonl, and how often each of its checks was broken:
// what a busy machine does not change where every cycle breaks a promise.
std::map<std::string, std::string> verdicts_in(const std::string& results);

}  // namespace stormdrain::acceptance
