#pragma once
// The options of `stormdrain link`, for the option table: each sets a value in the invocation and
// returns what was expected when the text is no such value.

#include "harness/config/invocation.hpp"

#include <string_view>

namespace stormdrain::link_options {

std::string_view set_listen(invocation& to, std::string_view text);
std::string_view set_upstream(invocation& to, std::string_view text);
std::string_view set_toxic(invocation& to, std::string_view text);
std::string_view set_api(invocation& to, std::string_view text);
std::string_view set_config(invocation& to, std::string_view text);
// Of the commands that run scenarios.
std::string_view set_through(invocation& to, std::string_view text);

}  // namespace stormdrain::link_options
