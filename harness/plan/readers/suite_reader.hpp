#pragma once
// Reads suite.json: named loads and faults, and scenarios whose matrix is expanded here.

#include "harness/config/problem.hpp"
#include "harness/plan/suite.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// Null when the file had a problem. What a scenario needs of a target is checked by make_plan().
std::shared_ptr<const suite> read_suite(const std::string& path, std::vector<problem>& problems);

// The same of a file that is not written yet; what it names is meant relative to its place.
std::shared_ptr<const suite> read_suite_text(const std::string& path, std::string_view text,
                                             std::vector<problem>& problems);

// A suite argument is a path, or the bare name of a suite in one of the folders: "smoke". Nothing
// (and a problem) when there is no such file.
std::optional<std::string> find_suite(const std::string& argument,
                                      const std::vector<std::string>& folders,
                                      std::vector<problem>& problems);

}  // namespace stormdrain
