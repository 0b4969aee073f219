#pragma once
// The options of help and of looking before running, for the option table: each sets a value in the
// invocation and returns what was expected when the text is no such value.

#include "harness/config/invocation.hpp"

#include <string_view>

namespace stormdrain::help_options {

std::string_view set_manual(invocation& to, std::string_view text);
std::string_view set_completion(invocation& to, std::string_view text);
std::string_view set_dry_run(invocation& to, std::string_view text);

}  // namespace stormdrain::help_options
