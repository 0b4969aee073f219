#pragma once
// What somebody may have meant whose --filter or --tag selects nothing.

#include "harness/config/invocation.hpp"
#include "harness/plan/plan.hpp"

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

// The part of an id, such as the name of a scenario, that is near to the first piece of the filter
// that stands in none; empty: there is no such. `whole` is the plan without filter and tags.
std::optional<std::string> guess_filter(const std::string& filter, const plan& whole);

// The first tag that no scenario has, and the one that is near to it.
std::optional<std::string> guess_tag(const std::vector<std::string>& tags, const plan& whole);

// Says both, where there is something to say, of an invocation that selects nothing.
void say_what_was_meant(std::ostream& out, invocation asked, const std::string& bin_folder);

}  // namespace stormdrain
