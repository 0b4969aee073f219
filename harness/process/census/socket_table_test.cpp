#include "harness/process/census/socket_table.hpp"

#include "harness/process/census/census_reader.hpp"
#include "harness/process/forked_child.hpp"
#include "harness/testing/io_fixture.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <gmock/gmock.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::Contains;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

endpoint to_endpoint(const tcp::endpoint& place) {
    return {place.address().to_string(), place.port()};
}

class SocketTable : public io_fixture {
protected:
    tcp::acceptor listen(const std::string& address = "127.0.0.1") {
        return tcp::acceptor(executor(), tcp::endpoint(asio::ip::make_address(address), 0));
    }

    socket_table sockets_;
};

// As a server with file capabilities is, or one that changed its user (proc(5), ptrace(2)).
TEST_F(SocketTable, TellsAHiddenOwnerFromNone) {
    if (::geteuid() == 0) {
        GTEST_SKIP() << "nothing is hidden from root";
    }
    int hidden[2];
    ASSERT_EQ(::pipe(hidden), 0);
    const forked_child server([&hidden] {
        ::prctl(PR_SET_DUMPABLE, 0);
        ::close(hidden[1]);  // tells that it is so
        ::pause();
    });
    ::close(hidden[1]);
    char nothing = 0;
    EXPECT_EQ(::read(hidden[0], &nothing, 1), 0);
    ::close(hidden[0]);
    const std::array pids{server.pid()};
    EXPECT_EQ(owner_of_socket(pids, 1), ownership::hidden);
}

TEST_F(SocketTable, FindsExactlyTheListenersOfAPort) {
    tcp::acceptor v4 = listen();
    tcp::acceptor v6 = listen("::1");
    const auto found = sockets_.listeners(v4.local_endpoint().port());
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].state, tcp_state::listen);
    const std::array pids{::getpid()};
    EXPECT_EQ(owner_of_socket(pids, found[0].inode), ownership::one_of_them);
    EXPECT_EQ(owner_of_socket(pids, found[0].inode + 1'000'000'000), ownership::none);
    EXPECT_THAT(
        sockets_.listeners(v6.local_endpoint().port()),
        Contains(Field(&tcp_socket_facts::local, endpoint{"::1", v6.local_endpoint().port()})));
    const std::uint16_t port = v4.local_endpoint().port();
    v4.close();
    EXPECT_THAT(sockets_.listeners(port), IsEmpty());
}

TEST_F(SocketTable, ReadsDumpsOfManyDatagrams) {
    tcp::acceptor acceptor = listen();
    std::vector<tcp::socket> held;
    for (int index = 0; index < 1'000; ++index) {
        held.emplace_back(executor()).connect(acceptor.local_endpoint());
        held.push_back(acceptor.accept());
    }
    // A thousand of the server's side, and the listener.
    EXPECT_THAT(sockets_.with_local_port(acceptor.local_endpoint().port()), SizeIs(1'001));
    EXPECT_GE(sockets_.all().size(), 2'001U);
}

TEST_F(SocketTable, CountsWhatAFullAcceptQueueDropped) {
    tcp::acceptor acceptor(executor());
    acceptor.open(tcp::v4());
    acceptor.bind(tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    acceptor.listen(1);
    const std::uint16_t port = acceptor.local_endpoint().port();
    EXPECT_EQ(sockets_.listener_drops(port), 0U);
    std::vector<tcp::socket> clients;
    for (int index = 0; index < 8; ++index) {
        tcp::socket& client = clients.emplace_back(executor());
        client.open(tcp::v4());
        client.native_non_blocking(true);
        const tcp::endpoint place = acceptor.local_endpoint();
        // Asio's connect() would wait: a dropped SYN is tried again in a second.
        EXPECT_EQ(
            ::connect(client.native_handle(), place.data(), static_cast<socklen_t>(place.size())),
            -1);
        EXPECT_EQ(errno, EINPROGRESS);
    }
    EXPECT_GT(sockets_.listener_drops(port), 0U);
}

// One connection, and both its names as a client knows them.
struct SocketLookup : SocketTable {
    void connect(tcp::acceptor& acceptor, const asio::ip::address& to) {
        client_.connect({to, acceptor.local_endpoint().port()});
        served_ = acceptor.accept();
        local_ = to_endpoint(client_.remote_endpoint());
        remote_ = to_endpoint(client_.local_endpoint());
    }
    std::optional<tcp_socket_facts> find_server_socket() { return sockets_.find(local_, remote_); }

    tcp::socket client_{executor()};
    tcp::socket served_{executor()};
    endpoint local_;
    endpoint remote_;
};

TEST_F(SocketLookup, FindsTheServersEndByBothAddresses) {
    for (const std::string address : {"127.0.0.1", "::1"}) {
        SCOPED_TRACE(address);
        tcp::acceptor acceptor = listen(address);
        connect(acceptor, asio::ip::make_address(address));
        const auto found = find_server_socket();
        ASSERT_TRUE(found.has_value());
        EXPECT_EQ(found->state, tcp_state::established);
        EXPECT_EQ(found->local, local_);
        EXPECT_EQ(found->remote, remote_);
        const std::array pids{::getpid()};
        EXPECT_EQ(owner_of_socket(pids, found->inode), ownership::one_of_them);
        client_.close();
        served_.close();
    }
}

TEST_F(SocketLookup, FindsTheIpv4ConnectionOfADualStackListener) {
    tcp::acceptor acceptor(executor(), tcp::endpoint(tcp::v6(), 0));
    connect(acceptor, asio::ip::address_v4::loopback());
    const auto found = find_server_socket();
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->local, local_);
    EXPECT_EQ(found->remote, remote_);
    EXPECT_NE(found->inode, 0U);
}

TEST_F(SocketLookup, AgreesWithADump) {
    tcp::acceptor acceptor = listen();
    connect(acceptor, asio::ip::address_v4::loopback());
    const std::string unread = "12345";
    client_.send(asio::buffer(unread));
    auto found = find_server_socket();
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->received_bytes, unread.size());
    found->since_received = {};  // time passes between the two
    auto dumped = sockets_.with_local_port(local_.port);
    for (tcp_socket_facts& socket : dumped) {
        socket.since_received = {};
    }
    EXPECT_THAT(dumped, Contains(*found));
}

TEST_F(SocketLookup, FollowsAConnectionToItsEnd) {
    tcp::acceptor acceptor = listen();
    connect(acceptor, asio::ip::address_v4::loopback());
    client_.shutdown(tcp::socket::shutdown_send);
    ASSERT_TRUE(find_server_socket().has_value());
    EXPECT_EQ(find_server_socket()->state, tcp_state::close_wait);
    served_.close();
    // The listener is no answer, nor is the client's TIME_WAIT.
    EXPECT_FALSE(find_server_socket().has_value());
    client_.close();
    EXPECT_FALSE(sockets_.find(remote_, local_).has_value());
    EXPECT_THAT(sockets_.listeners(local_.port), SizeIs(1));
}

TEST_F(SocketLookup, TellsThatAConnectionWasNotAcceptedYet) {
    tcp::acceptor acceptor = listen();
    client_.connect(acceptor.local_endpoint());
    const auto found = sockets_.find(to_endpoint(client_.remote_endpoint()),
                                     to_endpoint(client_.local_endpoint()));
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->inode, 0U);
}

TEST_F(SocketLookup, TellsWhatTheKernelWaitsFor) {
    tcp::acceptor acceptor = listen();
    client_.open(tcp::v4());
    client_.set_option(asio::socket_base::receive_buffer_size(4096));
    connect(acceptor, asio::ip::address_v4::loopback());
    EXPECT_EQ(find_server_socket()->timer, tcp_timer::none);
    served_.non_blocking(true);
    const std::vector<char> much(1024 * 1024);
    boost::system::error_code error;
    while (!error) {
        served_.send(asio::buffer(much), 0, error);
    }
    const time_point deadline = clock::now() + std::chrono::seconds(10);
    while (find_server_socket()->timer != tcp_timer::zero_window_probe && clock::now() < deadline) {
    }
    EXPECT_EQ(to_text(find_server_socket()->timer), "zero window probe");
    EXPECT_GT(find_server_socket()->send_queue_bytes, 0U);
}

TEST_F(SocketLookup, FindsNothingByWhatIsNoAddress) {
    EXPECT_FALSE(sockets_.find({"localhost", 80}, {"127.0.0.1", 40000}).has_value());
    EXPECT_FALSE(sockets_.find({"::1", 80}, {"127.0.0.1", 40000}).has_value());
}

}  // namespace
}  // namespace stormdrain
