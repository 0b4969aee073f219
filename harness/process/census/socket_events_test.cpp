#include "harness/process/census/socket_events.hpp"

#include "harness/base/task_group.hpp"
#include "harness/process/census/release_watch.hpp"
#include "harness/testing/io_fixture.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include <array>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

endpoint to_endpoint(const tcp::endpoint& place) {
    return {place.address().to_string(), place.port()};
}

// Goal: a real connection on loopback, and what is told of its server's end.
class SocketEvents : public io_fixture {
protected:
    explicit SocketEvents(const tcp::endpoint& place) : acceptor_(executor(), place) {}
    SocketEvents() : SocketEvents(tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}

    void connect() { connect(asio::ip::address_v4::loopback()); }
    void connect(const asio::ip::address& to) {
        client_ = tcp::socket(executor());
        client_.connect({to, acceptor_.local_endpoint().port()});
        served_ = acceptor_.accept();
        connection_row& row = log_.open("load", "http", to_endpoint(client_.remote_endpoint()));
        log_.bound(row, to_endpoint(client_.local_endpoint()));
    }
    void reset(tcp::socket& socket) {
        socket.set_option(asio::socket_base::linger(true, 0));
        socket.close();
    }
    // The kernel tells from a softirq, or from RCU: at once, but not before close(2) returns.
    void take_until(std::size_t count) {
        const time_point deadline = clock::now() + 10s;
        while (gone_.size() < count && clock::now() < deadline) {
            take();
        }
        EXPECT_THAT(gone_, SizeIs(count));
    }
    void take() {
        for (const destroyed_socket& one : events_.read_available()) {
            apply(one, log_);
            gone_.push_back(one);
        }
    }

    tcp::acceptor acceptor_;
    std::array<std::uint16_t, 2> ports_{1, acceptor_.local_endpoint().port()};
    socket_events events_{ports_};
    tcp::socket client_{executor()};
    tcp::socket served_{executor()};
    connection_log log_{cycle_clock()};
    std::vector<destroyed_socket> gone_;
};

TEST_F(SocketEvents, TellNothingWhileTheServerHoldsItsEndOfAResetConnection) {
    connect();
    reset(client_);
    take();
    EXPECT_THAT(gone_, IsEmpty());
    const since_start before = log_.clock().now();
    served_.close();
    take_until(1);
    EXPECT_EQ(gone_[0].local, log_.at(1).remote);
    EXPECT_EQ(gone_[0].remote, log_.at(1).local);
    ASSERT_TRUE(log_.at(1).server_released.has_value());
    EXPECT_GE(*log_.at(1).server_released, before);
    EXPECT_LE(*log_.at(1).server_released, log_.clock().now());
}

TEST_F(SocketEvents, TellNothingInCloseWait) {
    connect();
    client_.close();
    take();
    EXPECT_THAT(gone_, IsEmpty());
    served_.close();
    take_until(1);
    EXPECT_TRUE(log_.at(1).server_released.has_value());
    EXPECT_EQ(events_.lost_count(), 0U);
}

TEST_F(SocketEvents, TellOfAServerThatClosesFirstWithoutItsClient) {
    connect();
    served_.close();
    take_until(1);
    EXPECT_TRUE(log_.at(1).server_released.has_value());
}

TEST_F(SocketEvents, KeepTheOrderInWhichConnectionsEnded) {
    connect();
    tcp::socket first_client = std::move(client_);
    tcp::socket first = std::move(served_);
    connect();
    reset(first_client);
    reset(client_);
    served_.close();
    take_until(1);
    first.close();
    take_until(2);
    EXPECT_LE(*log_.at(2).server_released, *log_.at(1).server_released);
    EXPECT_EQ(gone_[0].remote, log_.at(2).local);
}

TEST_F(SocketEvents, LeaveOutOurEndsAndForeignPorts) {
    connect();
    tcp::acceptor other(executor(), tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    tcp::socket foreign(executor());
    foreign.connect(other.local_endpoint());
    tcp::socket foreign_served = other.accept();
    reset(foreign);
    foreign_served.close();
    served_.set_option(asio::socket_base::linger(true, 0));
    served_.close();
    client_.close();
    take_until(1);
    EXPECT_EQ(gone_[0].local.port, acceptor_.local_endpoint().port());
}

TEST_F(SocketEvents, CountWhatCameFasterThanItWasRead) {
    // Its buffer is a page at least; each of these is some hundred bytes.
    const int smallest = 1;
    ASSERT_EQ(
        ::setsockopt(events_.descriptor(), SOL_SOCKET, SO_RCVBUF, &smallest, sizeof(smallest)), 0);
    for (int count = 0; count < 100; ++count) {
        connect();
        reset(client_);
        served_.close();
    }
    const time_point deadline = clock::now() + 10s;
    while (events_.lost_count() == 0 && clock::now() < deadline) {
        take();
    }
    EXPECT_GT(events_.lost_count(), 0U);
    EXPECT_LT(gone_.size(), 100U);
}

class SocketEventsOfADualStackListener : public SocketEvents {
protected:
    SocketEventsOfADualStackListener() : SocketEvents(tcp::endpoint(tcp::v6(), 0)) {}
};

TEST_F(SocketEventsOfADualStackListener, NameIpv4ClientsAsTheySeeThemselves) {
    connect();
    served_.close();
    client_.close();
    take_until(1);
    EXPECT_TRUE(log_.at(1).server_released.has_value());
    connect(asio::ip::address_v6::loopback());
    served_.close();
    client_.close();
    take_until(2);
    EXPECT_TRUE(log_.at(2).server_released.has_value());
}

class ReleaseWatch : public SocketEvents {};

TEST_F(ReleaseWatch, NotesReleasesWhileItRunsAndEndsWhenTold) {
    connect();
    run([&]() -> asio::awaitable<void> {
        release_watch watch(executor(), ports_, log_);
        task_group tasks(executor());
        tasks.spawn(watch.run());
        served_.close();
        const time_point deadline = clock::now() + 10s;
        while (!log_.at(1).server_released && clock::now() < deadline) {
            co_await asio::post(executor(), asio::use_awaitable);
        }
        watch.stop();
        co_await tasks.join();
    });
    EXPECT_TRUE(log_.at(1).server_released.has_value());
}

TEST_F(ReleaseWatch, CanBeCancelled) {
    run([&]() -> asio::awaitable<void> {
        release_watch watch(executor(), ports_, log_);
        task_group tasks(executor());
        tasks.spawn(watch.run());
        co_await asio::post(executor(), asio::use_awaitable);
        tasks.cancel();
        co_await tasks.join();
        EXPECT_EQ(watch.lost_count(), 0U);
    });
}

}  // namespace
}  // namespace stormdrain
