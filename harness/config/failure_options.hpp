#pragma once
// The options of what follows a red night, for the option table: each sets a value in the
// invocation and returns what was expected when the text is no such value.

#include "harness/config/invocation.hpp"

#include <string_view>

namespace stormdrain::failure_options {

std::string_view set_check(invocation& to, std::string_view text);
// The first, then the second of two builds; a third begins anew.
std::string_view set_ab(invocation& to, std::string_view text);

}  // namespace stormdrain::failure_options
