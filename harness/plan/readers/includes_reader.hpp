#pragma once
// Reads "includes": a suite that is made of scenarios of others.

#include "harness/config/object_reader.hpp"
#include "harness/plan/readers/amount_reader.hpp"
#include "harness/plan/suite.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace stormdrain {

// Suite files that are being read, each because the one before it includes it.
using suite_chain = std::vector<std::string>;

// Reads a suite that the last of the files includes; defined in suite_reader.cpp. Null when the
// file had a problem.
std::shared_ptr<const suite> read_suite_within(suite_chain files, const std::string& path,
                                               std::vector<problem>& problems);

class includes_reader {
public:
    // `into` has its targets already: where it names any, they replace those of what it includes.
    // `files` ends with its own.
    includes_reader(const suite& into, const suite_chain& files, std::vector<problem>& problems);

    // A scenario that several entries name comes once, with the tags of all of them, and with the
    // amount of the last that gives one.
    std::vector<std::shared_ptr<const suite>> read(object_reader& root);

private:
    struct inclusion {
        std::string filter;
        std::vector<std::string> tags;
        amount how_much;
    };

    void read_entry(object_reader& keys);
    std::shared_ptr<const suite> open(object_reader& keys);
    bool take(const suite& from, const inclusion& how);
    suite& part_of(const suite& from);

    const suite& into_;
    const suite_chain& files_;
    std::vector<problem>& problems_;
    std::map<std::string, std::shared_ptr<const suite>> opened_;  // by file
    std::vector<std::shared_ptr<suite>> parts_;
};

}  // namespace stormdrain
