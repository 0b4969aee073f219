#include "harness/testing/io_fixture.hpp"

#include <boost/asio/co_spawn.hpp>

#include <unistd.h>

#include <exception>
#include <filesystem>
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
    // Asio opens its epoll, event and timer descriptors before the count, not in the test.
    context_.poll();
    context_.restart();
    descriptors_before_ = open_descriptors();
}

io_fixture::~io_fixture() {
    context_.restart();
    EXPECT_EQ(context_.poll(), 0U) << "handlers were left behind";
    EXPECT_EQ(open_descriptors(), descriptors_before_) << "descriptors were left behind";
}

void io_fixture::run(boost::asio::awaitable<void> task, duration limit) {
    std::optional<std::exception_ptr> ended;
    boost::asio::co_spawn(context_, std::move(task),
                          [&ended](std::exception_ptr failure) { ended = failure; });
    context_.restart();
    context_.run_for(limit);
    ASSERT_TRUE(ended.has_value()) << "not done after " << to_text(limit);
    if (*ended) {
        try {
            std::rethrow_exception(*ended);
        } catch (const std::exception& failure) {
            FAIL() << "the coroutine threw: " << failure.what();
        }
    }
}

void io_fixture::run(const std::function<boost::asio::awaitable<void>()>& make, duration limit) {
    run(make(), limit);
}

}  // namespace stormdrain
