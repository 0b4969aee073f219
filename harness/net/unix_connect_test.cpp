// A connector goes to UNIX sockets as it goes to TCP ports.

#include "harness/net/unix_connect.hpp"

#include "harness/net/connector.hpp"
#include "harness/testing/connection_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include <array>
#include <filesystem>
#include <optional>
#include <string>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using testing::StartsWith;

class UnixConnect : public connection_fixture {
protected:
    UnixConnect() { acceptor_.emplace(executor(), stream_protocol::endpoint(path_)); }

    connector here() { return connector(executor(), {"http", {path_, 0}, nullptr}, log_); }

    asio::awaitable<connect_outcome> connect(connector& to) {
        connect_options options{.purpose = "test"};
        options.source_address = "127.0.0.1";  // which means nothing here
        connect_outcome outcome = co_await to.connect(std::move(options), soon());
        co_return outcome;
    }

    temporary_folder folder_;
    const std::string path_ = folder_.file("server.sock");
    std::optional<stream_protocol::acceptor> acceptor_;
};

TEST_F(UnixConnect, TalksOverThem) {
    run([&]() -> asio::awaitable<void> {
        connector to = here();
        EXPECT_EQ(to.authority(), "localhost");
        const connect_outcome outcome = co_await connect(to);
        if (outcome.stage != connect_stage::done) {
            ADD_FAILURE() << outcome.error.message();
            co_return;
        }
        const connection_row& row = outcome.connection->row();
        EXPECT_THAT(row.local.address, StartsWith("socket:["));
        EXPECT_EQ(row.at_server.local.address, path_);
        EXPECT_EQ(log_.find(row.at_server), &row);
        stream_protocol::socket peer = co_await acceptor_->async_accept(asio::use_awaitable);
        co_await asio::async_write(peer, asio::buffer("hello", 5), asio::use_awaitable);
        std::array<char, 16> buffer{};
        const transfer heard = co_await outcome.connection->read_some(buffer, soon());
        EXPECT_EQ(heard.bytes, 5U);
        EXPECT_FALSE(outcome.connection->half_close());
        peer.close();
        const server_close ended = co_await outcome.connection->wait_for_server_close(soon());
        EXPECT_EQ(ended, server_close::end_of_stream);
    });
}

TEST_F(UnixConnect, AreRefusedWhereNobodyListens) {
    run([&]() -> asio::awaitable<void> {
        acceptor_.reset();  // the file stays
        connector to = here();
        const connect_outcome left = co_await connect(to);
        EXPECT_EQ(left.error, asio::error::connection_refused);
        std::filesystem::remove(path_);
        const connect_outcome gone = co_await connect(to);
        EXPECT_EQ(gone.error, asio::error::connection_refused);
    });
}

// Goal: a full queue is waited for, as TCP's is.
TEST_F(UnixConnect, WaitForRoomInTheQueue) {
    acceptor_->listen(0);
    run([&]() -> asio::awaitable<void> {
        connector to = here();
        const connect_outcome first = co_await connect(to);
        EXPECT_EQ(first.stage, connect_stage::done);
        connect_options options{.purpose = "late"};
        const time_point give_up = clock::now() + std::chrono::milliseconds(50);
        const connect_outcome late = co_await to.connect(std::move(options), give_up);
        EXPECT_EQ(late.error, asio::error::timed_out);
        const stream_protocol::socket peer = co_await acceptor_->async_accept(asio::use_awaitable);
        const connect_outcome second = co_await connect(to);
        EXPECT_EQ(second.stage, connect_stage::done);
    });
}

}  // namespace
}  // namespace stormdrain
