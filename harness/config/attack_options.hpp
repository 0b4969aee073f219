#pragma once
// The options of `stormdrain attack`, for the option table: each sets a value in the invocation and
// returns what was expected when the text is no such value.

#include "harness/config/invocation.hpp"

#include <string_view>

namespace stormdrain::attack_options {

std::string_view set_clients(invocation& to, std::string_view text);
std::string_view set_lasts(invocation& to, std::string_view text);
std::string_view set_requests(invocation& to, std::string_view text);
std::string_view set_rate(invocation& to, std::string_view text);
std::string_view set_arrivals(invocation& to, std::string_view text);
std::string_view set_upload(invocation& to, std::string_view text);
std::string_view set_burst(invocation& to, std::string_view text);
std::string_view set_ramp(invocation& to, std::string_view text);
std::string_view set_pipeline(invocation& to, std::string_view text);
std::string_view set_http2(invocation& to, std::string_view text);
std::string_view set_streams(invocation& to, std::string_view text);
std::string_view set_tls_client(invocation& to, std::string_view text);
std::string_view set_resume(invocation& to, std::string_view text);
std::string_view set_close(invocation& to, std::string_view text);
std::string_view set_threads(invocation& to, std::string_view text);
std::string_view set_timeout(invocation& to, std::string_view text);
std::string_view set_status(invocation& to, std::string_view text);
std::string_view set_pid(invocation& to, std::string_view text);
std::string_view set_slow(invocation& to, std::string_view text);
std::string_view set_slow_every(invocation& to, std::string_view text);

}  // namespace stormdrain::attack_options
