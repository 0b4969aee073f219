#pragma once
// A test with an io_context: run() carries a coroutine to its end within a time limit, and the
// test's end proves that no work and no descriptor was left behind.

#include "harness/base/time.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

namespace stormdrain {

class io_fixture : public testing::Test {
protected:
    io_fixture();
    ~io_fixture() override;

    // Fails the test when the coroutine throws or is not done within `limit`.
    void run(boost::asio::awaitable<void> task, duration limit = std::chrono::seconds(20));
    // The same for a callable that makes the coroutine (a lambda with captures stays alive).
    void run(const std::function<boost::asio::awaitable<void>()>& make,
             duration limit = std::chrono::seconds(20));

    boost::asio::any_io_executor executor() { return context_.get_executor(); }
    boost::asio::io_context& context() { return context_; }

private:
    std::map<int, std::string> descriptors_before_;
    boost::asio::io_context context_{1};
};

// Every open descriptor of this process with what it refers to.
std::map<int, std::string> open_descriptors();

}  // namespace stormdrain
