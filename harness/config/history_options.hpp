#pragma once
// The options of a run that keeps a history, for the option table: each sets a value in the
// invocation and returns what was expected when the text is no such value.

#include "harness/config/invocation.hpp"

#include <string_view>

namespace stormdrain::history_options {

std::string_view set_folder(invocation& to, std::string_view text);

}  // namespace stormdrain::history_options
