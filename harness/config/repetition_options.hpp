#pragma once
// The options of how often cycles come again, for the option table: each sets a value in the
// invocation and returns what was expected when the text is no such value.

#include "harness/config/invocation.hpp"

#include <string_view>

namespace stormdrain::repetition_options {

std::string_view set_replays(invocation& to, std::string_view text);
std::string_view set_until_bound(invocation& to, std::string_view text);

}  // namespace stormdrain::repetition_options
