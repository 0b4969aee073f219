#pragma once
// Tens of thousands of slow clients on one thread: a descriptor, a place in the wheel of deadlines
// and a few numbers each, and one tick for all of them. A coroutine with a timer of its own takes
// ten times the memory and wakes the thread for each byte.

#include "harness/load/engine/arrival_schedule.hpp"
#include "harness/load/engine/slow_counts.hpp"
#include "harness/load/engine/slow_plan.hpp"
#include "harness/load/engine/socket_loop.hpp"
#include "harness/load/engine/timer_wheel.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace stormdrain {

class pooled_client;

class slow_pool {
public:
    // Its part of the plan's clients; what becomes of them is written on the board. Both must
    // outlive the pool.
    slow_pool(const slow_plan& plan, schedule_share share, slow_board& board);
    slow_pool(const slow_pool&) = delete;
    slow_pool& operator=(const slow_pool&) = delete;
    ~slow_pool();

    // Blocks until the board asks it to end, or the deadline; then every connection is closed.
    void run(time_point deadline);

    // Of the harness, for each connection; the kernel's sockets are not in it.
    static std::size_t bytes_of_client();

private:
    friend class pooled_client;

    // Bytes that are due within a tick are sent together, this much later at most: a wake-up for
    // each costs more than the byte.
    static constexpr duration tick_length = std::chrono::milliseconds(20);
    // Connects under way. More would be dropped by an accept queue of a usual length, and would be
    // tried again by the kernel after a second.
    static constexpr std::uint64_t connecting_max = 128;
    static constexpr std::size_t buffer_bytes = std::size_t{16} * 1024;

    void begin_some(time_point now);
    bool may_begin(time_point now) const;

    const slow_plan& plan_;
    const schedule_share share_;
    slow_board& board_;
    const time_point began_;
    socket_loop loop_;
    timer_wheel wheel_;
    std::uint64_t clients_count_;
    std::deque<pooled_client> clients_;
    std::uint64_t connecting_ = 0;
    bool lacks_means_ = false;  // a client could not be made: the next could not either
    std::vector<char> buffer_;
};

}  // namespace stormdrain
