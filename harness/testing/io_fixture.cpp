#include "harness/testing/io_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <unistd.h>

#include <exception>
#include <filesystem>
#include <memory>
#include <optional>

namespace stormdrain {

std::map<int, std::string> open_descriptors() {
    std::map<int, std::string> held;
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        const int number = std::stoi(entry.path().filename().string());
        const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
        if (!gone && target.find("/proc/") != 0) {  // not the directory being read
            held.emplace(number, target);
        }
    }
    return held;
}

io_fixture::io_fixture() {
    // Asio opens its epoll, event and timer descriptors with the first timer: before the count.
    const boost::asio::steady_timer opens_them(context_);
    descriptors_before_ = open_descriptors();
}

io_fixture::~io_fixture() {
    context_.restart();
    EXPECT_EQ(context_.poll(), 0U) << "handlers were left behind";
    EXPECT_TRUE(context_.stopped()) << "operations were left behind";
    EXPECT_EQ(open_descriptors(), descriptors_before_) << "descriptors were left behind";
}

void io_fixture::run(boost::asio::awaitable<void> task, duration limit) {
    // Shared: a task that misses the limit ends when the context dies, after this frame.
    const auto ended = std::make_shared<std::optional<std::exception_ptr>>();
    boost::asio::co_spawn(context_, std::move(task),
                          [ended](std::exception_ptr failure) { *ended = std::move(failure); });
    context_.restart();
    const time_point end = clock::now() + limit;
    while (!ended->has_value() && context_.run_one_until(end) != 0) {
    }
    context_.poll();  // what the task's end made ready
    ASSERT_TRUE(ended->has_value()) << "not done after " << to_text(limit);
    if (**ended) {
        try {
            std::rethrow_exception(**ended);
        } catch (const std::exception& failure) {
            FAIL() << "the coroutine threw: " << failure.what();
        }
    }
}

void io_fixture::run(const std::function<boost::asio::awaitable<void>()>& make, duration limit) {
    run(make(), limit);
}

}  // namespace stormdrain
