#include "harness/base/task_group.hpp"

#include "harness/base/deadline.hpp"
#include "harness/testing/io_fixture.hpp"

#include <boost/asio/post.hpp>

#include <stdexcept>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

class TaskGroup : public io_fixture {
protected:
    asio::awaitable<void> wait_at(gate& waited) {
        co_await waited.wait(clock::now() + 10s);
        ++finished_;
    }

    static asio::awaitable<void> fail_with(std::string what) {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
        throw std::runtime_error(what);
    }

    int finished_ = 0;
};

TEST_F(TaskGroup, JoinWaitsForAllTasks) {
    gate released(executor());
    task_group tasks(executor());
    for (int index = 0; index < 100; ++index) {
        tasks.spawn(wait_at(released));
    }
    EXPECT_EQ(tasks.running(), 100U);
    context().poll();
    EXPECT_EQ(finished_, 0);
    released.open();
    run(tasks.join());
    EXPECT_EQ(finished_, 100);
    EXPECT_EQ(tasks.running(), 0U);
}

TEST_F(TaskGroup, JoinOfNothingEndsAtOnce) {
    task_group tasks(executor());
    run(tasks.join());
}

TEST_F(TaskGroup, JoinRethrowsTheFirstFailureAfterAllEnded) {
    gate released(executor());
    task_group tasks(executor());
    tasks.spawn(fail_with("first"));
    tasks.spawn(fail_with("second"));
    tasks.spawn(wait_at(released));
    context().poll();
    released.open();
    run([&]() -> asio::awaitable<void> {
        std::string caught;
        try {
            co_await tasks.join();
        } catch (const std::runtime_error& failure) {
            caught = failure.what();
        }
        EXPECT_EQ(caught, "first");
        EXPECT_EQ(finished_, 1);
        co_await tasks.join();  // told once
    });
}

TEST_F(TaskGroup, CancelEndsWaitingTasksWithoutAFailure) {
    gate never(executor());
    task_group tasks(executor());
    for (int index = 0; index < 10; ++index) {
        tasks.spawn(wait_at(never));
    }
    context().poll();
    tasks.cancel();
    run(tasks.join());
    EXPECT_EQ(finished_, 0);
}

TEST_F(TaskGroup, CancelDoesNotHideARealFailure) {
    gate never(executor());
    auto fail_when_cancelled = [&]() -> asio::awaitable<void> {
        try {
            co_await never.wait(clock::now() + 10s);
        } catch (const boost::system::system_error&) {
            throw std::runtime_error("broke while ending");
        }
    };
    task_group tasks(executor());
    tasks.spawn(fail_when_cancelled());
    context().poll();
    tasks.cancel();
    run([&]() -> asio::awaitable<void> {
        std::string caught;
        try {
            co_await tasks.join();
        } catch (const std::runtime_error& failure) {
            caught = failure.what();
        }
        EXPECT_EQ(caught, "broke while ending");
    });
}

TEST_F(TaskGroup, JoinOutlastsTheCancellationOfItsCaller) {
    gate released(executor());
    gate inner_spawned(executor());
    auto join_inside = [&]() -> asio::awaitable<void> {
        task_group inner(executor());
        inner.spawn(wait_at(released));
        inner_spawned.open();
        co_await inner.join();
        EXPECT_EQ(inner.running(), 0U);
    };
    task_group outer(executor());
    outer.spawn(join_inside());
    run([&]() -> asio::awaitable<void> {
        EXPECT_EQ(co_await inner_spawned.wait(clock::now() + 5s), gate_result::opened);
    });
    outer.cancel();
    context().restart();
    context().poll();
    EXPECT_EQ(outer.running(), 1U);
    released.open();
    run(outer.join());
    EXPECT_EQ(finished_, 1);
}

TEST(TaskGroupDeathTest, DyingWithTasksRunningAborts) {
    const auto die = [] {
        asio::io_context context;
        task_group tasks(context.get_executor());
        auto forever = []() -> asio::awaitable<void> {
            asio::steady_timer never(co_await asio::this_coro::executor, time_point::max());
            co_await never.async_wait(asio::use_awaitable);
        };
        tasks.spawn(forever());
    };
    EXPECT_DEATH(die(), "task_group destroyed with 1 tasks running");
}

}  // namespace
}  // namespace stormdrain
