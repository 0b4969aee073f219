#pragma once
// R1: a reused connection may be closed just as its client sends the next request, where the server
// stops, or was free to close an idle connection.

#include "harness/base/time.hpp"
#include "harness/load/ledger.hpp"
#include "harness/plan/contract.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace stormdrain::rules {

// How long before the stop a request on a reused connection may have been sent and still race with
// the server's close.
inline constexpr duration reuse_race = std::chrono::milliseconds(50);

// Class 28: a close that comes this soon after a response was decided when it was written. Nobody's
// idle timeout is this short unless the target says so.
inline constexpr duration prompt_close = std::chrono::milliseconds(200);

struct idle_connection {
    duration idle_for{};  // since the last response was whole
    std::uint32_t requests_count = 0;
};

// Why the server may close it while it runs; empty: it may not.
std::string legal_close_of(const idle_connection& idle, const running_contract& promised);

// The promised idle timeout was over for certain: that it was closed is no race.
bool must_be_closed(const idle_connection& idle, const running_contract& promised);

struct legal_race {
    std::string why;          // empty: the request was owed an answer
    bool is_running = false;  // no stop was near: running_races_max() of them are excused
};

// Of a request whose connection ended.
legal_race keep_alive_race_of(const request_row& row, const std::optional<since_start>& stop,
                              const running_contract& promised);

// 1 % of the requests; one race is no trend, however few they are.
std::uint64_t running_races_max(std::uint64_t requests_count);

}  // namespace stormdrain::rules
