#include "harness/cycle/canary.hpp"

#include "harness/base/task_group.hpp"
#include "harness/testing/io_fixture.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

class Canary : public io_fixture {
protected:
    // Lets the loop run for a while with the canary in it.
    asio::awaitable<void> calm(duration length) {
        asio::steady_timer timer(executor(), length);
        co_await timer.async_wait(asio::use_awaitable);
    }

    canary slips_;
};

TEST_F(Canary, TellsHowLongTheLoopWasBlocked) {
    run([&]() -> asio::awaitable<void> {
        task_group watching(executor());
        watching.spawn(slips_.run());
        co_await calm(1ms);
        asio::post(executor(), [] {
            const time_point until = clock::now() + 60ms;
            while (clock::now() < until) {  // what the canary is there for
            }
        });
        co_await calm(30ms);
        // The timer was due at most 10 ms after the block began.
        EXPECT_GE(slips_.slip_max(), 45ms);
        watching.cancel();
        co_await watching.join();
    });
}

TEST_F(Canary, HasNothingToTellOfALoopThatIsFree) {
    run([&]() -> asio::awaitable<void> {
        task_group watching(executor());
        watching.spawn(slips_.run());
        // The machine itself may be late, but not all the time.
        const time_point deadline = clock::now() + 10s;
        do {
            slips_.reset();
            co_await calm(35ms);
        } while (slips_.slip_max() > 5ms && clock::now() < deadline);
        EXPECT_LE(slips_.slip_max(), 5ms);
        EXPECT_GT(slips_.slip_max(), 0ns) << "the canary did not run";
        watching.cancel();
        co_await watching.join();
    });
}

}  // namespace
}  // namespace stormdrain
