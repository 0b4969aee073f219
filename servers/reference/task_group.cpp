#include "servers/reference/task_group.hpp"

#include <boost/asio/co_spawn.hpp>

#include <utility>

namespace reference {

void task_group::spawn(boost::asio::awaitable<void> task) {
    ++running_;
    auto ended = [this](std::exception_ptr failure) {
        --running_;
        if (failure && !first_failure_) {
            first_failure_ = std::move(failure);
        }
        if (joining_ && running_ == 0) {
            all_ended_.set();
        }
    };
    boost::asio::co_spawn(executor_, std::move(task), std::move(ended));
}

boost::asio::awaitable<void> task_group::join() {
    joining_ = true;
    if (running_ != 0) {
        co_await all_ended_.wait();
    }
    if (first_failure_) {
        std::rethrow_exception(std::exchange(first_failure_, nullptr));
    }
}

}  // namespace reference
