#pragma once
// What of a plan this machine carries out, and where its results go: all of it and into the results
// folder, or the part of a shard, beside those of the others.

#include "harness/commands/running/shard_detection.hpp"
#include "harness/commands/stored/report_files.hpp"
#include "harness/commands/stored/shard_results.hpp"
#include "harness/config/invocation.hpp"
#include "harness/plan/plan.hpp"

#include <iosfwd>
#include <optional>
#include <string>

namespace stormdrain {

class run_share {
public:
    // Throws usage_error where shards could never be merged: without a common seed, or without an
    // end.
    run_share(const invocation& asked, const environment_lookup& environment);

    bool is_shard() const { return found_.has_value(); }
    std::optional<shard_choice> shard() const;
    // Of the whole plan that which is to be carried out here.
    plan part_of(const plan& whole) const;

    // Takes a place for the results: throws usage_error, environment_error. Once.
    void open();
    std::uint32_t attempt() const { return place_ ? place_->attempt() : 1; }
    // Of evidence and of reports that are this run's alone.
    std::string folder() const;
    std::string results_path() const;  // to be written to
    report_files reports() const;
    // The results are complete, and may be merged.
    void complete() const;
    // Where they are then.
    std::string final_results_path() const;

    // "shard 2/4, as GitLab (CI_NODE_INDEX) says: 12 of 48 scenarios, ..."; nothing without shards.
    void describe(std::ostream& out, const plan& whole, const plan& part) const;

private:
    std::string out_folder_;
    std::string junit_file_;
    std::string prometheus_file_;
    std::optional<found_shard> found_;
    found_attempt attempt_;
    std::optional<shard_results> place_;
};

// ::getenv.
environment_lookup own_environment();

}  // namespace stormdrain
