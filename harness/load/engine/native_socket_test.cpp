#include "harness/load/engine/native_socket.hpp"

#include "harness/testing/io_fixture.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include <poll.h>

#include <array>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

class NativeSocket : public io_fixture {
protected:
    // Until it can be read, or written when `events` say so.
    static void wait_for(const native_socket& socket, short events) {
        constexpr int patience_ms = 10'000;
        pollfd waited{socket.descriptor(), events, 0};
        ASSERT_EQ(::poll(&waited, 1, patience_ms), 1);
    }

    tcp::acceptor acceptor_{context(), {asio::ip::address_v4::loopback(), 0}};
    std::array<char, 16> buffer_{};
};

TEST_F(NativeSocket, ConnectsSendsAndReceives) {
    native_socket socket;
    ASSERT_FALSE(socket.begin_connect(acceptor_.local_endpoint()));
    wait_for(socket, POLLOUT);
    EXPECT_FALSE(socket.connect_result());
    EXPECT_EQ(socket.receive(buffer_).error, asio::error::would_block);
    EXPECT_EQ(socket.send("hello").bytes, 5U);
    tcp::socket peer = acceptor_.accept();
    EXPECT_EQ(asio::read(peer, asio::buffer(buffer_, 5)), 5U);
    asio::write(peer, asio::buffer("hey", 3));
    peer.close();
    wait_for(socket, POLLIN);
    EXPECT_EQ(socket.receive(buffer_).bytes, 3U);
    wait_for(socket, POLLIN);
    EXPECT_EQ(socket.receive(buffer_).error, asio::error::eof);
}

TEST_F(NativeSocket, SaysThatNobodyListens) {
    const tcp::endpoint where = acceptor_.local_endpoint();
    acceptor_.close();
    native_socket socket;
    boost::system::error_code error = socket.begin_connect(where);
    if (!error) {
        wait_for(socket, POLLOUT);
        error = socket.connect_result();
    }
    EXPECT_EQ(error, asio::error::connection_refused);
}

// Goal: the engine's first write stands for the look at the connect.
TEST_F(NativeSocket, SaysSoAtTheFirstSendAsWell) {
    const tcp::endpoint where = acceptor_.local_endpoint();
    acceptor_.close();
    native_socket socket;
    boost::system::error_code error = socket.begin_connect(where);
    if (!error) {
        wait_for(socket, POLLOUT);
        error = socket.send("hello").error;
    }
    EXPECT_EQ(error, asio::error::connection_refused);
}

TEST_F(NativeSocket, MeetsAResetAsAnError) {
    native_socket socket;
    ASSERT_FALSE(socket.begin_connect(acceptor_.local_endpoint()));
    tcp::socket peer = acceptor_.accept();
    peer.set_option(asio::socket_base::linger(true, 0));
    peer.close();
    wait_for(socket, POLLIN);
    EXPECT_EQ(socket.receive(buffer_).error, asio::error::connection_reset);
    EXPECT_EQ(socket.send("hello").error, asio::error::broken_pipe);
}

}  // namespace
}  // namespace stormdrain
