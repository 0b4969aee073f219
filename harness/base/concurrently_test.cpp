#include "harness/base/concurrently.hpp"

#include "harness/base/gate.hpp"
#include "harness/base/task_group.hpp"
#include "harness/testing/io_fixture.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <stdexcept>
#include <string>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class Concurrently : public io_fixture {
protected:
    asio::awaitable<void> at_once() { co_return; }
    asio::awaitable<void> never() {
        gate closed(executor());
        co_await closed.wait(clock::now() + 1h);
        ADD_FAILURE() << "was not cancelled";
    }
    asio::awaitable<void> fail() {
        throw std::runtime_error("broken");
        co_return;
    }
};

TEST_F(Concurrently, FirstOfCancelsTheOther) {
    run([&]() -> asio::awaitable<void> {
        const ended_first left = co_await first_of(at_once(), never());
        EXPECT_EQ(left, ended_first::left);
        const ended_first right = co_await first_of(never(), at_once());
        EXPECT_EQ(right, ended_first::right);
    });
}

TEST_F(Concurrently, FirstOfRethrowsWhatEndedIt) {
    run([&]() -> asio::awaitable<void> {
        bool thrown = false;
        try {
            co_await first_of(never(), fail());
        } catch (const std::runtime_error& error) {
            thrown = std::string(error.what()) == "broken";
        }
        EXPECT_TRUE(thrown);
    });
}

TEST_F(Concurrently, BothOfWaitsForBoth) {
    gate opened_later(executor());
    bool passed = false;
    const auto wait = [&]() -> asio::awaitable<void> {
        passed = co_await opened_later.wait(clock::now() + 10s) == gate_result::opened;
    };
    const auto open = [&]() -> asio::awaitable<void> {
        opened_later.open();
        co_return;
    };
    run([&]() -> asio::awaitable<void> { co_await both_of(wait(), open()); });
    EXPECT_TRUE(passed);
}

TEST_F(Concurrently, BothOfCancelsTheOtherWhenOneFails) {
    run([&]() -> asio::awaitable<void> {
        bool thrown = false;
        try {
            co_await both_of(never(), fail());
        } catch (const std::runtime_error&) {
            thrown = true;
        }
        EXPECT_TRUE(thrown);
    });
}

TEST_F(Concurrently, PassesItsOwnCancellationOnAndThrowsIt) {
    boost::system::error_code met;
    bool went_on = false;
    const auto waiting = [&]() -> asio::awaitable<void> {
        try {
            co_await first_of(never(), never());
            went_on = true;
        } catch (const boost::system::system_error& error) {
            met = error.code();
        }
    };
    run([&]() -> asio::awaitable<void> {
        task_group tasks(executor());
        tasks.spawn(waiting());
        asio::steady_timer amid(executor(), 10ms);
        co_await amid.async_wait(asio::use_awaitable);
        tasks.cancel();
        co_await tasks.join();
    });
    EXPECT_EQ(met, asio::error::operation_aborted);
    EXPECT_FALSE(went_on);
}

}  // namespace
}  // namespace stormdrain
