#include "harness/base/gate.hpp"

#include "harness/base/task_group.hpp"
#include "harness/testing/io_fixture.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <optional>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

class Gate : public io_fixture {
protected:
    asio::awaitable<void> wait_and_count(gate& waited, gate_result expected) {
        EXPECT_EQ(co_await waited.wait(clock::now() + 10s), expected);
        ++passed_;
    }

    int passed_ = 0;
};

TEST_F(Gate, WakesEverybodyWhoWaits) {
    gate opened(executor());
    task_group waiters(executor());
    for (int index = 0; index < 3; ++index) {
        waiters.spawn(wait_and_count(opened, gate_result::opened));
    }
    context().poll();
    EXPECT_EQ(passed_, 0);
    opened.open();
    run(waiters.join());
    EXPECT_EQ(passed_, 3);
}

TEST_F(Gate, LetsThoseWhoComeLaterPassAtOnce) {
    gate opened(executor());
    opened.open();
    EXPECT_TRUE(opened.is_open());
    // A deadline in the past: who need not wait cannot be late.
    run([&]() -> asio::awaitable<void> {
        EXPECT_EQ(co_await opened.wait(clock::now() - 1s), gate_result::opened);
    });
}

TEST_F(Gate, TellsWhenTheDeadlinePasses) {
    gate closed(executor());
    run([&]() -> asio::awaitable<void> {
        const time_point deadline = clock::now() + 10ms;
        EXPECT_EQ(co_await closed.wait(deadline), gate_result::deadline_passed);
        EXPECT_GE(clock::now(), deadline);
    });
    EXPECT_FALSE(closed.is_open());
}

TEST_F(Gate, ADeadlineOfOneWaiterLeavesTheOthersWaiting) {
    gate opened(executor());
    task_group patient(executor());
    patient.spawn(wait_and_count(opened, gate_result::opened));
    run([&]() -> asio::awaitable<void> {
        EXPECT_EQ(co_await opened.wait(clock::now() + 5ms), gate_result::deadline_passed);
        EXPECT_EQ(passed_, 0);
        opened.open();
        co_await patient.join();
    });
    EXPECT_EQ(passed_, 1);
}

TEST_F(Gate, ACancelledWaiterThrowsInsteadOfPassing) {
    gate closed(executor());
    std::optional<boost::system::error_code> thrown;
    auto waiting = [&]() -> asio::awaitable<void> {
        try {
            co_await closed.wait(clock::now() + 10s);
        } catch (const boost::system::system_error& error) {
            thrown = error.code();
        }
    };
    task_group waiters(executor());
    waiters.spawn(waiting());
    context().poll();
    waiters.cancel();
    run(waiters.join());
    EXPECT_EQ(thrown, boost::system::error_code(asio::error::operation_aborted));
}

}  // namespace
}  // namespace stormdrain
