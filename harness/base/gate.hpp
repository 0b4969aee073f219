#pragma once
// A one-way event: coroutines wait at it until somebody opens it. Opening is remembered (a waiter
// that comes later passes at once), so no wakeup can be lost.

#include "harness/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace stormdrain {

enum class gate_result { opened, deadline_passed };

class gate {
public:
    explicit gate(const boost::asio::any_io_executor& executor);
    void open();
    bool is_open() const { return opened_; }
    // Any number of coroutines of the gate's own thread may wait.
    boost::asio::awaitable<gate_result> wait(time_point deadline);

private:
    bool opened_ = false;
    boost::asio::steady_timer waiters_;  // never expires by itself; opening it wakes everybody
};

// The same as a task, for first_of() and task groups.
boost::asio::awaitable<void> until_open(gate& entrance, time_point deadline);

}  // namespace stormdrain
