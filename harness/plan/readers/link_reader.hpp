#pragma once
// Reads the links of a suite, named or written out in a scenario. Toxics are those of
// `stormdrain link --config`, with the same keys.

#include "harness/config/object_reader.hpp"
#include "harness/plan/link_use.hpp"

#include <map>
#include <string>
#include <vector>

namespace stormdrain {

class link_shelf {
public:
    // The suite's "links", by name.
    void read_named(object_reader& root);
    // A list of names and objects.
    std::vector<link_use> read_list(object_reader& keys, const std::string& key) const;

private:
    static link_use read_link(object_reader& keys, const std::string& name);

    std::map<std::string, link_use> named_;
};

// "near+far", or "none".
std::string names_of_links(const std::vector<link_use>& links);

}  // namespace stormdrain
