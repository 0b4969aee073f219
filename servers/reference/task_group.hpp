#pragma once
// Spawned coroutines of a server, joined before what they refer to dies.

#include "servers/reference/one_way_event.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <exception>

namespace reference {

class task_group {
public:
    explicit task_group(const boost::asio::any_io_executor& executor)
        : executor_(executor), all_ended_(executor) {}
    void spawn(boost::asio::awaitable<void> task);
    // Once, after the last spawn(). Rethrows the first exception of a task.
    boost::asio::awaitable<void> join();

private:
    boost::asio::any_io_executor executor_;
    std::size_t running_ = 0;
    bool joining_ = false;
    std::exception_ptr first_failure_;
    one_way_event all_ended_;
};

}  // namespace reference
