#pragma once
// What load the engine is asked for.

#include "harness/base/seed.hpp"
#include "harness/base/time.hpp"
#include "harness/load/asked_route.hpp"
#include "harness/load/engine/arrival_schedule.hpp"
#include "harness/net/socket_address.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace stormdrain {

struct engine_plan {
    socket_address remote;
    std::vector<asked_route> routes;  // asked in turn; of HTTP, without scripts
    // A closed loop keeps each of them busy; an open one takes the next that is free.
    std::uint32_t clients_count = 1;
    std::uint32_t requests_per_connection = 0;  // 0: keep-alive without a cap
    std::uint32_t pipeline_depth = 1;           // requests under way on a connection
    // The load ends with the first of the two that is reached.
    std::optional<std::uint64_t> requests_count;  // of all clients together
    std::optional<duration> lasts;                // no request begins later
    arrivals open_loop;                           // without a rate: a closed loop
    duration clients_ramp{};                      // a closed loop's clients begin within it
    duration request_timeout = std::chrono::seconds(30);
    std::uint32_t threads_count = 1;
    seed of_load = 0;
};

inline bool is_open_loop(const engine_plan& plan) {
    return plan.open_loop.per_second > 0;
}

// So many connections with a request each, begun at even distances within `length`; at least 1 ns.
engine_plan burst_of(engine_plan plan, std::uint32_t connections_count, duration length);

}  // namespace stormdrain
