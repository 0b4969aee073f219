#include "harness/cycle/canary.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace stormdrain {

boost::asio::awaitable<void> canary::run() {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    for (;;) {
        timer.expires_after(interval);
        const time_point due = timer.expiry();
        co_await timer.async_wait(boost::asio::use_awaitable);
        slip_max_ = std::max(slip_max_, clock::now() - std::max(due, reset_at_));
    }
}

}  // namespace stormdrain
