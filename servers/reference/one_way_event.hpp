#pragma once
// Coroutines wait until somebody sets it. Setting is remembered, so a waiter that comes late
// passes at once: no wakeup can be lost. For the threads of one io_context only.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

namespace reference {

class one_way_event {
public:
    explicit one_way_event(const boost::asio::any_io_executor& executor)
        : waiters_(executor, std::chrono::steady_clock::time_point::max()) {}

    void set() {
        is_set_ = true;
        waiters_.cancel();
    }

    bool is_set() const { return is_set_; }

    boost::asio::awaitable<void> wait() {
        constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);
        while (!is_set_) {
            co_await waiters_.async_wait(as_result);
        }
    }

private:
    bool is_set_ = false;
    boost::asio::steady_timer waiters_;  // never expires: only set() ends its waits
};

}  // namespace reference
