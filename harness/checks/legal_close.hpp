#pragma once
// When a server may close a connection between two requests although it did not announce it: the
// one place of rule R1's part that is not about the stop, and of class 28.

#include "harness/base/time.hpp"
#include "harness/plan/contract.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace stormdrain {

struct idle_connection {
    duration idle_for{};  // since the last response was whole
    std::uint32_t requests_count = 0;
};

// R1: why the server may close it; empty: it may not, unless it stops.
std::string legal_close_of(const idle_connection& idle, const running_contract& promised);

// The promised idle timeout was over for certain: that it was closed is no race.
bool must_be_closed(const idle_connection& idle, const running_contract& promised);

// Class 28: a close that comes this soon after a response was decided when it was written. Nobody's
// idle timeout is this short unless the target says so.
inline constexpr duration prompt_close = std::chrono::milliseconds(200);

}  // namespace stormdrain
