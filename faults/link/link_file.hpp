#pragma once
// The file of `stormdrain link --config`: {"stormdrain": 1, "seed": 1, "proxies": [{"name",
// "listen", "upstream", "enabled", "dial_timeout", "toxics": [...]}]}, read as strictly as all of
// stormdrain's files. suites/schema/links.schema.json is for editors.

#include "faults/link/link_set.hpp"
#include "harness/base/seed.hpp"
#include "harness/config/problem.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

class object_reader;

struct link_file {
    std::optional<seed> randomness;
    std::vector<link_spec> links;
};

// Problems are gathered in `problems`.
link_file read_link_file(const std::string& path, std::vector<problem>& problems);
link_file read_links(object_reader& root);

}  // namespace stormdrain
