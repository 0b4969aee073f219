#include "harness/base/turnstile.hpp"

#include "harness/base/deadline.hpp"
#include "harness/base/task_group.hpp"
#include "harness/testing/io_fixture.hpp"

#include <boost/asio/steady_timer.hpp>

#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class Turnstile : public io_fixture {
protected:
    asio::awaitable<void> pass(int number) {
        co_await before(clock::now() + 10s, turns_.async_turn(asio::deferred));
        passed_.push_back(number);
        const time_point computed = clock::now() + 2ms;
        while (clock::now() < computed) {  // as a handshake does
        }
    }

    turnstile turns_{executor()};
    std::vector<int> passed_;
};

TEST_F(Turnstile, LetsAllThroughInTheirOrder) {
    run([&]() -> asio::awaitable<void> {
        task_group tasks(executor());
        for (int number = 0; number < 5; ++number) {
            tasks.spawn(pass(number));
        }
        co_await tasks.join();
    });
    EXPECT_EQ(passed_, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST_F(Turnstile, LetsTimersFireBetweenTwo) {
    std::size_t passed_at_timer = 0;
    run([&]() -> asio::awaitable<void> {
        task_group tasks(executor());
        for (int number = 0; number < 50; ++number) {
            tasks.spawn(pass(number));
        }
        asio::steady_timer soon(executor(), 1ms);
        co_await soon.async_wait(asio::use_awaitable);
        passed_at_timer = passed_.size();
        co_await tasks.join();
    });
    EXPECT_LT(passed_at_timer, 10U);
    EXPECT_EQ(passed_.size(), 50U);
}

TEST_F(Turnstile, GoesOnWhenSomebodyInTheLineGaveUp) {
    run([&]() -> asio::awaitable<void> {
        const transfer late = co_await before(clock::now(), turns_.async_turn(asio::deferred));
        EXPECT_TRUE(late.error);
        co_await pass(1);
        co_await pass(2);
    });
    EXPECT_EQ(passed_, (std::vector<int>{1, 2}));
}

}  // namespace
}  // namespace stormdrain
