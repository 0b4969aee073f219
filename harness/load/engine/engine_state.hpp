#pragma once
// What the clients of one thread share: the plan, the schedule, the ledger, the wheel of deadlines.
// Nothing of it is seen by another thread.

#include "harness/load/engine/arrival_schedule.hpp"
#include "harness/load/engine/block_pool.hpp"
#include "harness/load/engine/engine_plan.hpp"
#include "harness/load/engine/engine_tally.hpp"
#include "harness/load/engine/socket_loop.hpp"
#include "harness/load/engine/timer_wheel.hpp"
#include "harness/load/ledger.hpp"
#include "harness/net/response_parser.hpp"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace stormdrain {

// A client's one deadline is its entry in the wheel.
class engine_client : public timer_wheel::entry {
public:
    virtual ~engine_client() = default;
    // Makes its next request, if one is due.
    virtual void go_on(time_point now) = 0;
    // What it put off to say until now, see engine_state::to_speak.
    virtual void speak(time_point now) = 0;
    virtual void expired(time_point now) = 0;
    // The load is over at once: what is under way is left.
    virtual void abandon(time_point now) = 0;
};

// One that may be made now.
struct due_request {
    std::uint64_t id = 0;
    time_point intended{};
};

class engine_state {
public:
    // What a cycle's load is part of.
    struct surroundings {
        cycle_clock clock;
        ledger& book;
        time_point deadline;  // ends every request
    };

    // `of_load` must outlive the state; so must the book.
    engine_state(const engine_plan& of_load, schedule_share share, time_point start);
    engine_state(const engine_plan& of_load, const surroundings& cycle, time_point start);
    engine_state(const engine_state&) = delete;
    engine_state& operator=(const engine_state&) = delete;

    // Takes the next request off the schedule; none: none is due.
    std::optional<due_request> take(time_point now);
    // Whether take() would give one.
    bool is_due(time_point now) const;
    // No request will be due any more.
    bool is_over(time_point now) const;
    // An open loop whose time is up may have requests that were due before: end() drops them.
    bool is_time_up(time_point now) const { return now >= ends_at_; }
    // How a request ended: while one after the other fails no more than a thousand a second are
    // due, for a server that refuses all of them is to cost neither of both a whole CPU.
    void one_answered() { failures_in_a_row_ = 0; }
    void one_failed(time_point now);

    // From now on no request is due; those that were and were not taken are counted as unsent.
    void end(time_point now);

    std::uint32_t next_connection();
    // When the load began.
    time_point began() const { return began_; }
    // When its schedule means the next request of an open loop.
    time_point next_due() const { return began_ + schedule_.next(); }
    time_point deadline_of(time_point request_started) const {
        return std::min(deadline_, request_started + plan.request_timeout);
    }

    const engine_plan& plan;
    const cycle_clock clock;
    socket_loop loop;
    timer_wheel wheel;
    ledger& book;
    engine_tally times;  // all but the requests
    known_head known;
    block_pool blocks;                // of what nghttp2 keeps
    std::vector<char> buffer;         // what was read is used up before the next read
    std::deque<engine_client*> idle;  // those that wait for a request to be due, the longest first
    // Those that hold back what they will ask next, so that more can come to stand in one write;
    // and until when the first of them does.
    std::vector<engine_client*> to_speak;
    time_point speak_by{};
    duration usual_latency{};  // of the ordinary answers of late
    std::uint32_t clients_running = 0;

private:
    // A large answer in few reads.
    static constexpr std::size_t buffer_bytes = std::size_t{64} * 1024;
    // Of a cycle's load, whose stop may be to come amid an answer: that must not be here at once.
    static constexpr std::size_t cycle_buffer_bytes = std::size_t{16} * 1024;

    engine_state(const engine_plan& of_load, schedule_share share, time_point start,
                 ledger* shared_book, cycle_clock shared_clock, time_point deadline);

    ledger own_book_;  // unless it is a cycle's
    const schedule_share share_;
    const time_point began_;
    const time_point deadline_;
    const bool is_open_loop_;
    arrival_schedule schedule_;
    std::uint64_t requests_left_;
    const time_point ends_at_;
    bool has_ended_ = false;
    std::uint32_t connections_count_ = 0;
    std::uint32_t failures_in_a_row_ = 0;
    time_point held_until_{};  // no request is due before
};

// What falls to one of several that share `count` out.
std::uint64_t part_of(std::uint64_t count, schedule_share share);

}  // namespace stormdrain
