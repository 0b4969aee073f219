#pragma once
// Owner of spawned coroutines: they are joined before what they refer to dies, and the first
// exception that one of them throws reaches join() instead of vanishing.

#include "harness/base/gate.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <cstddef>
#include <exception>
#include <list>

namespace stormdrain {

class task_group {
public:
    explicit task_group(const boost::asio::any_io_executor& executor);
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;
    // Aborts when tasks remain: they would outlive what they refer to.
    ~task_group();

    void spawn(boost::asio::awaitable<void> task);
    // Asks every task to end; they still have to be joined. A task that then ends by
    // operation_aborted has not failed.
    void cancel();
    std::size_t running() const { return running_; }
    // Waits until all tasks ended, then rethrows the first exception of any of them.
    boost::asio::awaitable<void> join();

private:
    boost::asio::any_io_executor executor_;
    std::list<boost::asio::cancellation_signal> signals_;
    std::size_t running_ = 0;
    bool cancelled_ = false;
    std::exception_ptr first_failure_;
    gate* joined_ = nullptr;
};

}  // namespace stormdrain
