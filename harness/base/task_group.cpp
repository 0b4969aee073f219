#include "harness/base/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace stormdrain {
namespace {

bool is_abortion(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        return error.code() == boost::asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace

task_group::task_group(const boost::asio::any_io_executor& executor) : executor_(executor) {}

task_group::~task_group() {
    if (running_ != 0) {
        std::fprintf(stderr, "task_group destroyed with %zu tasks running\n", running_);
        std::abort();
    }
}

void task_group::spawn(boost::asio::awaitable<void> task) {
    const auto signal = signals_.emplace(signals_.end());
    ++running_;
    auto ended = [this, signal](std::exception_ptr failure) {
        signals_.erase(signal);
        --running_;
        if (failure && !first_failure_ && !(cancelled_ && is_abortion(failure))) {
            first_failure_ = std::move(failure);
        }
        if (running_ == 0 && joined_ != nullptr) {
            joined_->open();
        }
    };
    boost::asio::co_spawn(executor_, std::move(task),
                          boost::asio::bind_cancellation_slot(signal->slot(), std::move(ended)));
}

void task_group::cancel() {
    cancelled_ = true;
    // emit() may end a task and erase its own signal: step before emitting.
    for (auto next = signals_.begin(); next != signals_.end();) {
        const auto current = next++;
        current->emit(boost::asio::cancellation_type::all);
    }
}

boost::asio::awaitable<void> task_group::join() {
    if (running_ != 0) {
        gate all_ended(executor_);
        joined_ = &all_ended;
        // A cancelled join would leave tasks behind, so it cannot be cancelled.
        co_await boost::asio::this_coro::reset_cancellation_state(
            boost::asio::disable_cancellation());
        co_await all_ended.wait(time_point::max());
        joined_ = nullptr;
        // What came while we waited is dropped: every later wait has its own deadline.
        co_await boost::asio::this_coro::reset_cancellation_state(
            boost::asio::enable_terminal_cancellation());
    }
    if (first_failure_) {
        std::rethrow_exception(std::exchange(first_failure_, nullptr));
    }
}

}  // namespace stormdrain
