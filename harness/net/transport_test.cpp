#include "harness/net/transport.hpp"

#include "harness/testing/connection_fixture.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <optional>
#include <string>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

class Transport : public connection_fixture {
protected:
    // Peers: the server's part of a connection.
    auto silent() {
        return [this](tcp::socket) -> asio::awaitable<void> { co_await until_released(); };
    }
    static auto closing() {
        return [](tcp::socket socket) -> asio::awaitable<void> {
            co_await read_until(socket, "ping");
            co_await asio::async_write(socket, asio::buffer("pong", 4), asio::use_awaitable);
        };
    }
    static auto resetting() {
        return [](tcp::socket socket) -> asio::awaitable<void> {
            co_await read_until(socket, "ping");
            socket.set_option(tcp::socket::linger(true, 0));
            socket.close();
        };
    }
    // Writes down how the client's end of the stream looked from the server.
    auto observing() {
        return [this](tcp::socket socket) -> asio::awaitable<void> {
            std::array<char, 64> buffer{};
            while (!end_seen_) {
                error_code error;
                const std::size_t count = co_await socket.async_read_some(
                    asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
                received_.append(buffer.data(), count);
                if (error) {
                    end_seen_ = error;
                }
            }
            error_code ignored;  // the client is gone in some tests
            co_await asio::async_write(socket, asio::buffer("pong", 4),
                                       asio::redirect_error(asio::use_awaitable, ignored));
        };
    }

    std::array<char, 256> buffer_{};
    std::optional<error_code> end_seen_;
    std::string received_;
};

TEST_F(Transport, AReadEndsAtItsDeadlineAndCanBeRepeated) {
    scripted_peer peer(executor(), [this](tcp::socket socket) -> asio::awaitable<void> {
        co_await until_released();
        co_await asio::async_write(socket, asio::buffer("late", 4), asio::use_awaitable);
    });
    run([&]() -> asio::awaitable<void> {
        const auto connection = co_await connect(peer);
        const time_point deadline = clock::now() + 20ms;
        transfer read = co_await connection->read_some(buffer_, deadline);
        EXPECT_EQ(read.error, asio::error::timed_out);
        EXPECT_GE(clock::now(), deadline);
        EXPECT_EQ(connection->row().end, connection_end::open);
        released_.open();
        read = co_await connection->read_some(buffer_, soon());
        EXPECT_EQ(read.error, error_code());
        EXPECT_EQ(std::string_view(buffer_.data(), read.bytes), "late");
        co_await peer.stop();
    });
}

TEST_F(Transport, AWriteEndsAtItsDeadlineAndSaysHowMuchWasTaken) {
    scripted_peer peer(executor(), silent());
    run([&]() -> asio::awaitable<void> {
        const auto connection = co_await connect(peer);
        const std::string bytes(std::size_t{64} * 1024 * 1024, 'x');
        const transfer written = co_await connection->write(bytes, clock::now() + 100ms);
        EXPECT_EQ(written.error, asio::error::timed_out);
        EXPECT_GT(written.bytes, 0U);
        EXPECT_LT(written.bytes, bytes.size());
        released_.open();
        co_await peer.stop();
    });
}

TEST_F(Transport, TheServersFinIsEofAndIsLogged) {
    scripted_peer peer(executor(), closing());
    run([&]() -> asio::awaitable<void> {
        const auto connection = co_await connect(peer);
        EXPECT_EQ((co_await connection->write("ping", soon())).bytes, 4U);
        EXPECT_EQ((co_await connection->read_some(buffer_, soon())).bytes, 4U);
        EXPECT_FALSE(connection->row().server_closed);
        EXPECT_EQ((co_await connection->read_some(buffer_, soon())).error, asio::error::eof);
        EXPECT_FALSE(connection->truncated());
        connection->close();
        EXPECT_FALSE(connection->is_open());
        const connection_row& row = connection->row();
        EXPECT_EQ(row.end, connection_end::closed_by_server);
        EXPECT_TRUE(row.server_closed && row.closed && *row.server_closed <= *row.closed);
        co_await peer.stop();
    });
}

TEST_F(Transport, TheServersResetIsSeenByReadsAndByWrites) {
    scripted_peer peer(executor(), resetting());
    run([&]() -> asio::awaitable<void> {
        const auto connection = co_await connect(peer);
        co_await connection->write("ping", soon());
        const transfer read = co_await connection->read_some(buffer_, soon());
        EXPECT_EQ(read.error, asio::error::connection_reset);
        EXPECT_EQ(connection->row().end, connection_end::reset_by_server);
        EXPECT_TRUE(connection->row().server_closed);
        const transfer written = co_await connection->write("more", soon());
        EXPECT_EQ(written.error, asio::error::broken_pipe);
        EXPECT_EQ(written.bytes, 0U);
        co_await peer.stop();
    });
}

TEST_F(Transport, AResetOfOursReachesTheServer) {
    scripted_peer peer(executor(), observing());
    run([&]() -> asio::awaitable<void> {
        const auto connection = co_await connect(peer);
        co_await connection->write("ping", soon());
        EXPECT_EQ(connection->reset(), error_code());
        EXPECT_EQ(connection->row().end, connection_end::reset_by_client);
        EXPECT_TRUE(connection->row().closed);
        EXPECT_EQ(connection->reset(), asio::error::bad_descriptor);
        co_await peer.stop();
        EXPECT_EQ(end_seen_, error_code(asio::error::connection_reset));
    });
}

TEST_F(Transport, AHalfCloseIsEofForTheServerWhoseReplyStillArrives) {
    scripted_peer peer(executor(), observing());
    run([&]() -> asio::awaitable<void> {
        const auto connection = co_await connect(peer);
        co_await connection->write("ping", soon());
        EXPECT_EQ(connection->half_close(), error_code());
        EXPECT_TRUE(connection->row().half_closed);
        EXPECT_EQ((co_await connection->read_some(buffer_, soon())).bytes, 4U);
        EXPECT_EQ(end_seen_, error_code(asio::error::eof));
        EXPECT_EQ(received_, "ping");
        EXPECT_EQ((co_await connection->read_some(buffer_, soon())).error, asio::error::eof);
        co_await peer.stop();
    });
}

TEST_F(Transport, AWriteAfterOurHalfCloseDoesNotBlameTheServer) {
    scripted_peer peer(executor(), silent());
    run([&]() -> asio::awaitable<void> {
        const auto connection = co_await connect(peer);
        EXPECT_EQ(connection->half_close(), error_code());
        EXPECT_EQ((co_await connection->write("x", soon())).error, asio::error::broken_pipe);
        EXPECT_EQ(connection->row().end, connection_end::open);
        EXPECT_FALSE(connection->row().server_closed);
        released_.open();
        co_await peer.stop();
    });
}

TEST_F(Transport, WaitsForTheServerToClose) {
    scripted_peer closing_peer(executor(), closing());
    scripted_peer resetting_peer(executor(), resetting());
    scripted_peer silent_peer(executor(), silent());
    run([&]() -> asio::awaitable<void> {
        const auto closed = co_await connect(closing_peer);
        co_await closed->write("ping", soon());
        EXPECT_EQ(co_await closed->wait_for_server_close(soon()), server_close::end_of_stream);
        EXPECT_EQ(closed->row().end, connection_end::closed_by_server);
        // Who asks again is told again, and at once.
        EXPECT_EQ(co_await closed->wait_for_server_close(soon()), server_close::end_of_stream);
        EXPECT_EQ((co_await closed->read_some(buffer_, soon())).error, asio::error::eof);

        const auto cut = co_await connect(resetting_peer);
        co_await cut->write("ping", soon());
        EXPECT_EQ(co_await cut->wait_for_server_close(soon()), server_close::reset);
        EXPECT_EQ(cut->row().end, connection_end::reset_by_server);

        const auto held = co_await connect(silent_peer);
        EXPECT_EQ(co_await held->wait_for_server_close(clock::now() + 10ms),
                  server_close::still_open);
        EXPECT_EQ(held->row().end, connection_end::open);
        released_.open();
        co_await closing_peer.stop();
        co_await resetting_peer.stop();
        co_await silent_peer.stop();
    });
}

TEST_F(Transport, ThatIsDroppedHasClosedItsConnection) {
    scripted_peer peer(executor(), observing());
    run([&]() -> asio::awaitable<void> {
        auto connection = co_await connect(peer);
        const connection_id id = connection->row().id;
        EXPECT_EQ(log_.open_count(), 1U);
        connection.reset();
        EXPECT_EQ(log_.at(id).end, connection_end::closed_by_client);
        EXPECT_EQ(log_.open_count(), 0U);
        co_await peer.stop();
        EXPECT_EQ(end_seen_, error_code(asio::error::eof));
    });
}

}  // namespace
}  // namespace stormdrain
