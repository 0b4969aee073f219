#include "harness/load/engine/socket_loop.hpp"

#include "harness/testing/io_fixture.hpp"

#include <gmock/gmock.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

struct noted final : socket_watcher {
    void ready(socket_readiness now) override {
        ++calls_count;
        last = now;
    }
    int calls_count = 0;
    socket_readiness last;
};

class SocketLoop : public io_fixture {
protected:
    SocketLoop() {
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends_.data()), 0);
    }
    ~SocketLoop() override { close_all(); }

    void close_all() {
        for (int& end : ends_) {
            if (end >= 0) {
                ::close(end);
                end = -1;
            }
        }
    }
    void say() { EXPECT_EQ(::send(ends_[1], "x", 1, MSG_NOSIGNAL), 1); }
    static constexpr duration at_once{};
    static constexpr duration soon = 10s;

    std::array<int, 2> ends_{-1, -1};
    noted watcher_;  // outlives the loop
};

TEST_F(SocketLoop, TellsOfEachEdgeOnce) {
    socket_loop loop;
    ASSERT_TRUE(loop.watch(ends_[0], socket_loop::interest::reading, watcher_));
    loop.wait(at_once);
    EXPECT_EQ(watcher_.calls_count, 0);
    say();
    loop.wait(soon);
    loop.wait(at_once);
    EXPECT_EQ(watcher_.calls_count, 1);
    EXPECT_TRUE(watcher_.last.can_read);
    EXPECT_FALSE(watcher_.last.can_write);
    EXPECT_FALSE(watcher_.last.has_ended);
    say();
    loop.wait(soon);
    EXPECT_EQ(watcher_.calls_count, 2);
    say();
    loop.wait(500us);
    EXPECT_EQ(watcher_.calls_count, 3);
}

TEST_F(SocketLoop, TellsOfWhatIsReadyAlready) {
    socket_loop loop;
    say();
    ASSERT_TRUE(loop.watch(ends_[0], socket_loop::interest::reading_and_writing, watcher_));
    loop.wait(soon);
    EXPECT_TRUE(watcher_.last.can_read && watcher_.last.can_write);
    ASSERT_TRUE(loop.watch_again(ends_[0], socket_loop::interest::reading, watcher_));
    loop.wait(soon);
    EXPECT_EQ(watcher_.calls_count, 2);
    EXPECT_FALSE(watcher_.last.can_write);
}

TEST_F(SocketLoop, TellsOfAnEndTogetherWithWhatIsBeforeIt) {
    socket_loop loop;
    ASSERT_TRUE(loop.watch(ends_[0], socket_loop::interest::reading, watcher_));
    say();
    ::close(std::exchange(ends_[1], -1));
    loop.wait(soon);
    EXPECT_EQ(watcher_.calls_count, 1);
    EXPECT_TRUE(watcher_.last.can_read && watcher_.last.has_ended);
}

// Goal: of two watchers that have something to be told, the second waits for the next call, though
// the kernel tells of it once.
TEST_F(SocketLoop, TellsTheOthersLaterWhenItIsInterrupted) {
    struct interrupting final : socket_watcher {
        void ready(socket_readiness) override {
            ++calls_count;
            loop->interrupt();
        }
        socket_loop* loop = nullptr;
        int calls_count = 0;
    };
    interrupting one;
    interrupting two;
    socket_loop loop;
    one.loop = two.loop = &loop;
    say();
    EXPECT_EQ(::send(ends_[0], "x", 1, MSG_NOSIGNAL), 1);
    ASSERT_TRUE(loop.watch(ends_[0], socket_loop::interest::reading, one));
    ASSERT_TRUE(loop.watch(ends_[1], socket_loop::interest::reading, two));
    loop.wait(soon);
    EXPECT_EQ(one.calls_count + two.calls_count, 1);
    EXPECT_TRUE(loop.holds_back());
    loop.wait(at_once);
    EXPECT_EQ(one.calls_count, 1);
    EXPECT_EQ(two.calls_count, 1);
    EXPECT_FALSE(loop.holds_back());
}

TEST_F(SocketLoop, TellsOneAtLeastHoweverShortItsTimeIs) {
    socket_loop loop;
    say();
    EXPECT_EQ(::send(ends_[0], "x", 1, MSG_NOSIGNAL), 1);
    ASSERT_TRUE(loop.watch(ends_[0], socket_loop::interest::reading, watcher_));
    ASSERT_TRUE(loop.watch(ends_[1], socket_loop::interest::reading, watcher_));
    loop.wait(soon, at_once);
    EXPECT_EQ(watcher_.calls_count, 1);
    loop.wait(soon, at_once);
    EXPECT_EQ(watcher_.calls_count, 2);
}

TEST_F(SocketLoop, WaitsNoLongerThanItIsTold) {
    socket_loop loop;
    for (const duration length : {duration(5ms), duration(300us)}) {
        const time_point until = clock::now() + length;
        loop.wait(length);
        EXPECT_GE(clock::now(), until);
    }
    EXPECT_EQ(watcher_.calls_count, 0);
}

TEST_F(SocketLoop, SaysWhenItCannotWatch) {
    socket_loop loop;
    const int closed = ends_[0];
    close_all();
    EXPECT_FALSE(loop.watch(closed, socket_loop::interest::reading, watcher_));
}

}  // namespace
}  // namespace stormdrain
