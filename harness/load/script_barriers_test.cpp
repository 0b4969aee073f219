#include "harness/load/script_barriers.hpp"

#include "harness/base/task_group.hpp"
#include "harness/testing/io_fixture.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;

class ScriptBarriers : public io_fixture {
protected:
    asio::awaitable<void> come(script_barriers& barriers, std::string name) {
        passed_.push_back(co_await barriers.meet(std::move(name)));
    }

    // Everybody who can go on has done so.
    asio::awaitable<void> settle() {
        constexpr int turns = 20;
        for (int turn = 0; turn < turns; ++turn) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
    }

    std::vector<bool> passed_;
};

TEST_F(ScriptBarriers, LetNobodyGoOnBeforeAllAreThere) {
    script_barriers barriers(executor(), 3);
    run([&]() -> asio::awaitable<void> {
        task_group clients(executor());
        clients.spawn(come(barriers, "ready"));
        clients.spawn(come(barriers, "ready"));
        co_await settle();
        EXPECT_TRUE(passed_.empty());
        clients.spawn(come(barriers, "ready"));
        co_await clients.join();
    });
    EXPECT_EQ(passed_, std::vector<bool>(3, true));
}

TEST_F(ScriptBarriers, OfDifferentNamesAreDifferentAndCanBeMetAtAgain) {
    script_barriers barriers(executor(), 2);
    run([&]() -> asio::awaitable<void> {
        task_group clients(executor());
        clients.spawn(come(barriers, "a"));
        clients.spawn(come(barriers, "b"));
        co_await settle();
        EXPECT_TRUE(passed_.empty());
        clients.spawn(come(barriers, "a"));
        co_await settle();
        EXPECT_EQ(passed_.size(), 2U);
        clients.spawn(come(barriers, "a"));
        co_await settle();
        EXPECT_EQ(passed_.size(), 2U);
        barriers.open_for_good();
        co_await clients.join();
    });
    EXPECT_EQ(passed_, std::vector<bool>(4, true));
}

TEST_F(ScriptBarriers, DoNotWaitForClientsThatAreDone) {
    script_barriers barriers(executor(), 2);
    run([&]() -> asio::awaitable<void> {
        task_group clients(executor());
        clients.spawn(come(barriers, "ready"));
        co_await settle();
        EXPECT_TRUE(passed_.empty());
        barriers.leave();
        co_await clients.join();
    });
    EXPECT_EQ(passed_, std::vector<bool>(1, true));
}

TEST_F(ScriptBarriers, SayThatNotAllHaveCome) {
    script_barriers barriers(executor(), 2, std::chrono::milliseconds(5));
    run([&]() -> asio::awaitable<void> { co_await come(barriers, "ready"); });
    EXPECT_EQ(passed_, std::vector<bool>(1, false));
}

TEST_F(ScriptBarriers, HoldNobodyOnceTheServerStops) {
    script_barriers barriers(executor(), 2);
    barriers.open_for_good();
    run([&]() -> asio::awaitable<void> { co_await come(barriers, "ready"); });
    EXPECT_EQ(passed_, std::vector<bool>(1, true));
}

}  // namespace
}  // namespace stormdrain
