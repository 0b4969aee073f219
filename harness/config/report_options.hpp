#pragma once
// The options of what a run leaves beside its reports, for the option table: each sets a value in
// the invocation and returns what was expected when the text is no such value.

#include "harness/config/invocation.hpp"

#include <string_view>

namespace stormdrain::report_options {

std::string_view set_trace(invocation& to, std::string_view text);
std::string_view set_pcap(invocation& to, std::string_view text);
std::string_view set_prometheus(invocation& to, std::string_view text);
std::string_view set_annotations(invocation& to, std::string_view text);

}  // namespace stormdrain::report_options
