#pragma once
// Values of a contract as they stand in a target file.

#include "harness/plan/contract.hpp"

#include <string>
#include <vector>

namespace stormdrain {

std::string json_of(in_flight_promise value);
std::string json_of(listener_promise value);
std::string json_of(half_close_promise value);
std::string json_of(connections_promise value);
std::string json_of(idle_promise value);
std::string json_of(becomes_idle_promise value);
std::string json_of(second_signal_promise value);
std::string json_of(descriptor_limit_promise value);
std::string json_of(bool value);
// [0, "SIGTERM", {"code": 1, "while": ["connections_open"]}]
std::string json_of(const std::vector<legal_exit>& value);
std::string json_of(const std::string& value);

}  // namespace stormdrain
