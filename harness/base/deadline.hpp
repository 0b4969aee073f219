#pragma once
// co_await before(deadline, operation): runs an Asio operation with an absolute deadline.
// The operation must complete with (error_code) or (error_code, T) and be given as a deferred
// operation: before(deadline, socket.async_read_some(buffer, boost::asio::deferred)).
//
// parallel_group costs 1.3-1.5 times the bare operation, `||` of awaitable_operators twice: that
// is why the latter is not used for timeouts anywhere.

#include <cstddef>
#include <tuple>
#include <utility>

// experimental/parallel_group.hpp of Boost 1.81 is not self-contained: deferred.hpp comes first.
// clang-format off
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
// clang-format on
#include "harness/base/time.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace stormdrain {

// What an operation with a byte count did: a composed write that fails has still moved `bytes`.
struct transfer {
    std::size_t bytes = 0;
    boost::system::error_code error;
};

namespace detail {

inline transfer settle(bool timed_out, boost::system::error_code error, std::size_t bytes = 0) {
    // The operation's own result wins: only its abortion by our timer is a timeout.
    if (timed_out && error == boost::asio::error::operation_aborted) {
        error = boost::asio::error::timed_out;
    }
    return {bytes, error};
}

}  // namespace detail

// Fails with asio::error::timed_out when the deadline ended the operation.
template <class Operation>
boost::asio::awaitable<transfer> before(time_point deadline, Operation operation) {
    namespace experimental = boost::asio::experimental;
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, deadline);
    auto group = experimental::make_parallel_group(std::move(operation),
                                                   timer.async_wait(boost::asio::deferred));
    auto outcome =
        co_await group.async_wait(experimental::wait_for_one(), boost::asio::use_awaitable);
    // Not by the order of completion: the caller's cancellation may end the timer first.
    constexpr std::size_t size = std::tuple_size_v<decltype(outcome)>;
    const bool timed_out = !std::get<size - 1>(outcome);
    if constexpr (size == 4) {
        co_return detail::settle(timed_out, std::get<1>(outcome), std::get<2>(outcome));
    } else {
        co_return detail::settle(timed_out, std::get<1>(outcome));
    }
}

}  // namespace stormdrain
