#include "harness/base/deadline.hpp"

#include "harness/base/task_group.hpp"
#include "harness/testing/io_fixture.hpp"

#include <boost/asio/compose.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <optional>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::local::stream_protocol;

class Deadline : public io_fixture {
protected:
    Deadline() { asio::local::connect_pair(near_, far_); }

    auto reading() { return near_.async_read_some(asio::buffer(buffer_), asio::deferred); }

    // Members of a fixture die before its base class counts descriptors.
    stream_protocol::socket near_{context()};
    stream_protocol::socket far_{context()};
    std::array<char, 16> buffer_{};
};

TEST_F(Deadline, EndsASilentReadAsTimedOut) {
    run([&]() -> asio::awaitable<void> {
        const time_point deadline = clock::now() + 20ms;
        const transfer read = co_await before(deadline, reading());
        EXPECT_EQ(read.error, asio::error::timed_out);
        EXPECT_EQ(read.bytes, 0U);
        EXPECT_GE(clock::now(), deadline);
    });
}

TEST_F(Deadline, ThatHasPassedStillLetsAReadyResultWin) {
    asio::write(far_, asio::buffer("abc", 3));
    run([&]() -> asio::awaitable<void> {
        const transfer read = co_await before(clock::now() - 1s, reading());
        EXPECT_EQ(read.error, boost::system::error_code());
        EXPECT_EQ(read.bytes, 3U);
    });
}

TEST_F(Deadline, PassesTheOperationsOwnErrorOn) {
    far_.close();
    run([&]() -> asio::awaitable<void> {
        const transfer read = co_await before(clock::now() + 5s, reading());
        EXPECT_EQ(read.error, asio::error::eof);
    });
}

TEST_F(Deadline, KeepsWhatAComposedOperationHadMoved) {
    asio::write(far_, asio::buffer("abc", 3));
    run([&]() -> asio::awaitable<void> {
        auto all = asio::async_read(near_, asio::buffer(buffer_), asio::deferred);
        const transfer read = co_await before(clock::now() + 20ms, std::move(all));
        EXPECT_EQ(read.error, asio::error::timed_out);
        EXPECT_EQ(read.bytes, 3U);
    });
}

TEST_F(Deadline, TakesOperationsWithoutAByteCount) {
    run([&]() -> asio::awaitable<void> {
        asio::steady_timer soon(executor(), 1ms);
        const transfer waited = co_await before(clock::now() + 5s, soon.async_wait(asio::deferred));
        EXPECT_EQ(waited.error, boost::system::error_code());
    });
}

TEST_F(Deadline, TheCallersCancellationIsNoTimeout) {
    std::optional<boost::system::error_code> seen;
    auto read_silence = [&]() -> asio::awaitable<void> {
        const transfer read = co_await before(clock::now() + 10s, reading());
        seen = read.error;
    };
    task_group readers(executor());
    readers.spawn(read_silence());
    context().poll();
    readers.cancel();
    run(readers.join());
    EXPECT_EQ(seen, boost::system::error_code(asio::error::operation_aborted));
}

// A read that ends several steps after its cancellation, as TLS operations may: by then the timer
// of the deadline, cancelled as well, has long ended.
struct read_that_ends_slowly {
    stream_protocol::socket& socket;
    asio::mutable_buffer into;
    int step = 0;
    boost::system::error_code outcome = {};

    template <class Self>
    void operator()(Self& self, boost::system::error_code error = {}, std::size_t /*bytes*/ = 0) {
        constexpr int steps_after_the_read = 3;
        if (step == 0) {
            ++step;
            socket.async_read_some(into, std::move(self));
            return;
        }
        outcome = step == 1 ? error : outcome;
        if (step <= steps_after_the_read) {
            ++step;
            const auto where = socket.get_executor();
            asio::post(where, std::move(self));
            return;
        }
        self.complete(outcome, 0);
    }
};

TEST_F(Deadline, TheCallersCancellationIsNoTimeoutHoweverSlowlyTheOperationEnds) {
    std::optional<boost::system::error_code> seen;
    auto read_silence = [&]() -> asio::awaitable<void> {
        read_that_ends_slowly composed{near_, asio::buffer(buffer_)};
        auto slow = asio::async_compose<const asio::deferred_t,
                                        void(boost::system::error_code, std::size_t)>(
            std::move(composed), asio::deferred, near_);
        const transfer read = co_await before(clock::now() + 10s, std::move(slow));
        seen = read.error;
    };
    task_group readers(executor());
    readers.spawn(read_silence());
    context().poll();
    readers.cancel();
    run(readers.join());
    EXPECT_EQ(seen, boost::system::error_code(asio::error::operation_aborted));
}

}  // namespace
}  // namespace stormdrain
