#pragma once
// What was going on around the requests of a cycle, and what it excuses whoever asked.

#include "harness/checks/check.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

// R3, R6, R20: what a disturbed server did not get done it may still fail this long afterwards:
// connects wait for the next SYN (1 s), and servers pause after EMFILE (nginx: 500 ms).
inline constexpr duration disturbance_echo = std::chrono::seconds(2);

// While a fault on the server's process stood, and the server could not do better.
struct disturbance {
    std::string fault;
    since_start began{};
    std::optional<since_start> ended;  // empty: never, it was killed or told to end at once
};

// What was going on around the requests of a cycle.
struct request_surroundings {
    std::optional<since_start> stop_triggered;  // T0
    std::optional<since_start> stop_finished;   // TE
    std::optional<since_start> end_forced;      // the harness began to kill the server
    contract at_stop;
    running_contract while_running;
    std::vector<disturbance> disturbances;

    // What makes the server blameless for something between the two; null: it was undisturbed.
    const disturbance* disturbing(since_start from, since_start to) const;
};

request_surroundings surroundings_of(const cycle_record& record, const promises& promised);

// A connection between two requests.
struct idle_connection {
    duration idle_for{};  // since the last response was whole
    std::uint32_t requests_count = 0;
};

// R1: why the server may close the connection although no response announced it; empty: it may
// not, at no distance from a stop.
std::string legal_close_of(const idle_connection& idle, const running_contract& promised);

// Class 28: a close that comes this soon after a response was decided when it was written. Nobody's
// idle timeout is this short unless the target says so.
inline constexpr duration prompt_close = std::chrono::milliseconds(200);

}  // namespace stormdrain
