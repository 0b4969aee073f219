#pragma once
// R4: connections that wait in the accept queue when the listener closes are reset by the kernel;
// no server can send them a FIN.

#include "harness/base/time.hpp"
#include "harness/load/ledger.hpp"
#include "harness/plan/contract.hpp"

#include <chrono>
#include <vector>

namespace stormdrain::rules {

// R2, R4: how long before the stop a request on a fresh connection may have been sent and still
// wait to be accepted when the listener goes.
inline constexpr duration fresh_race = std::chrono::milliseconds(100);

// The harness kept the server from running.
struct standstill {
    since_start began{};
    since_start ended{};
};

// Requests that were sent wholly before this instant have to be answered: the server has run for
// fresh_race since. Who drains its backlog owes it to all that came before the stop.
since_start owed_before(since_start stop, const contract& promised,
                        std::vector<standstill> standstills);

// `owed`: owed_before() of the stop.
bool is_accept_queue_reset(const request_row& row, since_start stop, since_start owed);

}  // namespace stormdrain::rules
