#include "harness/cycle/cpu_watch.hpp"

#include "harness/base/task_group.hpp"
#include "harness/testing/io_fixture.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include <unistd.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

thread_times spent(duration ran, duration ready) {
    return {ran, ready, 0};
}

TEST(CpuMeter, FindsTheSecondInWhichAThreadWaitedMost) {
    cpu_meter meter(2);
    const time_point start{};
    meter.take(start, {{7, spent(0s, 0s)}, {8, spent(0s, 0s)}});
    meter.take(start + 500ms, {{7, spent(100ms, 0s)}, {8, spent(10ms, 0s)}});
    EXPECT_FALSE(meter.worst()) << "a second has not gone by";
    meter.take(start + 1s, {{7, spent(200ms, 0s)}, {8, spent(20ms, 400ms)}});
    meter.take(start + 1500ms, {{7, spent(300ms, 0s)}, {8, spent(30ms, 800ms)}});
    meter.take(start + 2s, {{7, spent(400ms, 0s)}, {8, spent(40ms, 800ms)}});
    ASSERT_TRUE(meter.worst());
    EXPECT_EQ(meter.worst()->waited, 800ms);
    EXPECT_EQ(meter.worst()->ran, 220ms);
    EXPECT_EQ(meter.worst()->within, 1s);
    EXPECT_EQ(meter.worst()->kept_from_it(), 690ms);
}

TEST(CpuMeter, CountsAThreadThatBeganMeanwhileAndForgetsOneThatEnded) {
    cpu_meter meter(1);
    const time_point start{};
    meter.take(start, {{7, spent(5s, 9s)}});
    meter.take(start + 1s, {{8, spent(10ms, 300ms)}});
    ASSERT_TRUE(meter.worst());
    EXPECT_EQ(meter.worst()->waited, 300ms);
    EXPECT_EQ(meter.worst()->ran, 10ms);
}

TEST(CpuMeter, DoesNotBlameTheMachineForAServerThatKeepsItBusyItself) {
    cpu_meter meter(2);
    const time_point start{};
    tree_times seven;
    for (pid_t thread = 1; thread <= 7; ++thread) {
        seven.emplace(thread, spent(0s, 0s));
    }
    meter.take(start, seven);
    for (auto& [number, times] : seven) {
        times = spent(280ms, 720ms);
    }
    meter.take(start + 1s, seven);
    ASSERT_TRUE(meter.worst());
    EXPECT_LT(meter.worst()->kept_from_it(), 0s);
}

class CpuWatch : public io_fixture {};

TEST_F(CpuWatch, TakesSamplesUntilItIsStopped) {
    run([&]() -> asio::awaitable<void> {
        int looks_count = 0;
        cpu_watch watch(executor(), [&looks_count] {
            ++looks_count;
            return std::vector<pid_t>{::getpid()};
        });
        task_group watching(executor());
        watching.spawn(watch.run());
        const time_point deadline = clock::now() + 20s;
        asio::steady_timer timer(executor());
        while (!watch.worst() && clock::now() < deadline) {
            timer.expires_after(50ms);
            co_await timer.async_wait(asio::use_awaitable);
        }
        watch.stop();
        co_await watching.join();
        EXPECT_TRUE(watch.worst());
        EXPECT_GE(looks_count, 2);
    });
}

}  // namespace
}  // namespace stormdrain
