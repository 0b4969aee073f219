#include "harness/base/concurrently.hpp"

#include "harness/base/deadline.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

bool is_abortion(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

// Children that were cancelled with us may have ended without throwing.
void throw_if_cancelled(asio::cancellation_state state) {
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

}  // namespace

asio::awaitable<ended_first> first_of(asio::awaitable<void> left, asio::awaitable<void> right) {
    const auto executor = co_await asio::this_coro::executor;
    auto group = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, std::move(left), asio::deferred),
        asio::co_spawn(executor, std::move(right), asio::deferred));
    auto [order, left_failure, right_failure] =
        co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    throw_if_cancelled(co_await asio::this_coro::cancellation_state);
    const bool left_won = order[0] == 0;
    const std::exception_ptr winner = left_won ? left_failure : right_failure;
    const std::exception_ptr loser = left_won ? right_failure : left_failure;
    if (winner) {
        std::rethrow_exception(winner);
    }
    if (loser && !is_abortion(loser)) {
        std::rethrow_exception(loser);
    }
    co_return left_won ? ended_first::left : ended_first::right;
}

asio::awaitable<void> both_of(asio::awaitable<void> left, asio::awaitable<void> right) {
    const auto executor = co_await asio::this_coro::executor;
    auto group = asio::experimental::make_parallel_group(
        asio::co_spawn(executor, std::move(left), asio::deferred),
        asio::co_spawn(executor, std::move(right), asio::deferred));
    auto [order, left_failure, right_failure] =
        co_await group.async_wait(asio::experimental::wait_for_one_error(), asio::use_awaitable);
    throw_if_cancelled(co_await asio::this_coro::cancellation_state);
    const std::exception_ptr first = order[0] == 0 ? left_failure : right_failure;
    const std::exception_ptr second = order[0] == 0 ? right_failure : left_failure;
    if (first) {
        std::rethrow_exception(first);
    }
    if (second) {
        std::rethrow_exception(second);
    }
}

}  // namespace stormdrain
