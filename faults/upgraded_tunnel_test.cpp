#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class UpgradedTunnel : public fault_fixture {
protected:
    static constexpr std::string_view granted =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";

    static surroundings left_alone() {
        surroundings around;
        around.let_go = surroundings::release::never;
        return around;
    }

    // Grants the tunnel, gives back so many lines, and ends.
    scripted_peer::script echoes(int lines_count, std::string instead = "") {
        return [lines_count,
                instead = std::move(instead)](tcp_socket socket) -> asio::awaitable<void> {
            co_await read_request(socket);
            co_await send_text(socket, std::string(granted));
            for (int line = 0; line < lines_count; ++line) {
                std::string said = co_await read_until(socket, "\n");
                std::string answer = instead.empty() ? said : instead;
                co_await send_text(socket, std::move(answer));
            }
        };
    }
};

TEST_F(UpgradedTunnel, IsHeldUntilTheServerEndsIt) {
    const auto tunnel = make("upgraded_tunnel");
    EXPECT_EQ(tunnel->holds(), held_condition::upgraded);
    const auto ends_at_stop = [this](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, std::string(granted));
        co_await stop_begins_.wait(clock::now() + 5s);
    };
    surroundings around;
    around.let_go = surroundings::release::stops_when_in_place;
    const injection happened = inject_into(ends_at_stop, *tunnel, around);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(happened.response_status, 101);
    ASSERT_TRUE(happened.server_closed.has_value());
    EXPECT_FALSE(happened.server_reset);
}

TEST_F(UpgradedTunnel, SeesThatItEndedByReset) {
    const auto resets = [this](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, std::string(granted));
        co_await stop_begins_.wait(clock::now() + 5s);
        socket.set_option(tcp_socket::linger(true, 0));
        socket.close();
    };
    surroundings around;
    around.let_go = surroundings::release::stops_when_in_place;
    const injection happened = inject_into(resets, *make("upgraded_tunnel"), around);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("answered 101"));
    EXPECT_TRUE(happened.server_closed.has_value());
    EXPECT_TRUE(happened.server_reset);
}

TEST_F(UpgradedTunnel, LeavesToTheOtherProtocolWhatComesBehindTheHead) {
    const auto speaks_first = [this](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, std::string(granted) + "hello");
        co_await read_request(socket);
    };
    EXPECT_THAT(inject_into(speaks_first, *make("upgraded_tunnel")), WasDelivered());
}

TEST_F(UpgradedTunnel, GetsItsBytesBack) {
    const auto tunnel = make("upgraded_tunnel", R"({"activity": "echo", "every": "1ms"})");
    int lines_count = 0;
    const auto counts = [&](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, std::string(granted));
        while (++lines_count <= 3) {
            std::string said = co_await read_until(socket, "\n");
            co_await send_text(socket, std::move(said));
        }
        released_.open();
        boost::system::error_code error;
        std::vector<char> rest(100);
        while (!error) {
            auto token = asio::redirect_error(asio::use_awaitable, error);
            co_await socket.async_read_some(asio::buffer(rest), std::move(token));
        }
    };
    const injection happened = inject_into(counts, *tunnel, left_alone());
    EXPECT_THAT(happened, WasDelivered());
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_TRUE(happened.demanded->met) << happened.demanded->seen;
    EXPECT_THAT(happened.demanded->seen, HasSubstr(" lines"));
}

TEST_F(UpgradedTunnel, MayNotEndBeforeTheStop) {
    const auto tunnel = make("upgraded_tunnel", R"({"activity": "echo", "every": "1ms"})");
    const injection happened = inject_into(echoes(2), *tunnel, left_alone());
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("; 2 lines there and back, then the tunnel's end"));
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_FALSE(happened.demanded->met);
    EXPECT_EQ(happened.demanded->section, "RFC 9110 section 7.8");
}

TEST_F(UpgradedTunnel, MayNotGetOtherBytesBack) {
    const auto tunnel = make("upgraded_tunnel", R"({"activity": "echo"})");
    const injection happened = inject_into(echoes(1, "something else\n"), *tunnel, left_alone());
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_FALSE(happened.demanded->met);
    EXPECT_THAT(happened.demanded->seen, HasSubstr("other bytes than were sent"));
}

TEST_F(UpgradedTunnel, MayEndAtTheStop) {
    const auto tunnel = make("upgraded_tunnel", R"({"activity": "echo", "every": "1ms"})");
    const auto ends = [this](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, std::string(granted));
        for (int line = 0; line < 2; ++line) {
            std::string said = co_await read_until(socket, "\n");
            co_await send_text(socket, std::move(said));
        }
        stop_begins_.open();
    };
    const injection happened = inject_into(ends, *tunnel, left_alone());
    EXPECT_THAT(happened, WasDelivered());
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_TRUE(happened.demanded->met);
    EXPECT_TRUE(happened.server_closed.has_value());
}

TEST_F(UpgradedTunnel, IsNotDeliveredWithoutThe101) {
    const auto tunnel = make("upgraded_tunnel", R"({"route": "small"})");
    const injection happened = inject_into(correct_server, *tunnel);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_EQ(happened.proof, "not upgraded: answered 200");
}

}  // namespace
}  // namespace stormdrain
