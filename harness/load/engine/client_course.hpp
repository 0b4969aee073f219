#pragma once
// What a client of a cycle's load does next, once it has nothing under way: its planned requests
// with a pause between them, and what its load wants of it behind the stop. Pure logic.

#include "harness/load/load_profile.hpp"

#include <cstdint>

namespace stormdrain {

// What a client sees when it has nothing under way.
struct client_outlook {
    bool is_stopping = false;     // T0 has come
    bool must_end = false;        // released, or the cycle's time is up
    bool has_connection = false;  // that its next request could use
};

enum class client_act {
    ask,
    ask_at_once,  // whatever the schedule of an open loop says
    think,        // for the load's think time, then look again
    hold,         // the connection, until the server ends it or the outlook has changed
    leave,
};

class client_course {
public:
    // Far above what a client gets through before a cycle's deadline: only there to bound it.
    static constexpr std::uint32_t requests_after_stop_max = 1'000'000;

    // `requests_count`: that it has to make itself; UINT64_MAX: until end_planned().
    client_course(std::uint64_t requests_count, duration think_time, after_stop after)
        : requests_left_(requests_count), think_time_(think_time), after_(after) {}

    // Of ask, a request has begun with the call.
    client_act next(const client_outlook& seen);
    // A request of the client's is over.
    void request_ended(bool is_stopping);
    // There is no planned request left, whoever made the last one.
    void end_planned() { end_planned_as(planned_end::done); }

    // It has planned requests, and the stop has not come between.
    bool is_planned() const { return stage_ == stage::planned; }

private:
    enum class stage { planned, going_on, last_try, holding, leaving };
    enum class planned_end { done, stop_came_first };

    client_act next_planned(const client_outlook& seen);
    client_act next_after_stop(const client_outlook& seen);
    bool is_to_think();
    void end_planned_as(planned_end how);

    std::uint64_t requests_left_;
    const duration think_time_;
    const after_stop after_;
    stage stage_ = stage::planned;
    bool has_thought_ = true;  // before the first request there is nothing to think about
    std::uint32_t requests_after_stop_ = 0;
};

}  // namespace stormdrain
