#pragma once
// R27: a server that stops says in its last answer on a connection that it is the last.

#include "harness/base/time.hpp"
#include "harness/load/ledger.hpp"
#include "harness/plan/contract.hpp"

#include <chrono>
#include <optional>

namespace stormdrain::rules {

// A server may take this long to learn that it is to stop.
inline constexpr duration stop_notice = std::chrono::milliseconds(100);

// The stop, and from when on the server surely knew of it.
struct noticed_stop {
    since_start at{};
    since_start noticed{};
};

// `timer_slip`: how late a timer of the harness fired. The server waits for the CPU as we do,
// before it reads the signal and once more before it answers.
std::optional<noticed_stop> noticed(const std::optional<since_start>& stop, duration timer_slip);

// An answer of that time was written by a server that knew of the stop.
bool is_after_stop_notice(since_start answered, const std::optional<noticed_stop>& stop);

// The request was sent before the stop and answered in full, but not begun to be answered before.
bool is_answered_across_stop(const request_row& row, const std::optional<noticed_stop>& stop);

// It does not say `Connection: close`, although the contract promises that.
bool lacks_announcement(const request_row& row, const std::optional<noticed_stop>& stop,
                        const contract& promised);

}  // namespace stormdrain::rules
