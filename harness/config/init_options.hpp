#pragma once
// The options of `stormdrain init`, for the option table: each sets a value in the invocation and
// returns what was expected when the text is no such value.

#include "harness/config/invocation.hpp"

#include <string_view>

namespace stormdrain::init_options {

std::string_view set_name(invocation& to, std::string_view text);
std::string_view set_environment(invocation& to, std::string_view text);
std::string_view set_rendered_file(invocation& to, std::string_view text);
std::string_view set_force(invocation& to, std::string_view text);

// Of probe and shrink as well.
std::string_view set_patience(invocation& to, std::string_view text);
std::string_view set_write(invocation& to, std::string_view text);

}  // namespace stormdrain::init_options
