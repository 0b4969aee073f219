#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;

class ConnectionClose : public fault_fixture {
protected:
    // A server that says this and keeps the connection until the client closes it.
    injection answered_and_kept(std::string answer, std::string_view settings = "{}") {
        const auto script = [&](tcp_socket socket) -> asio::awaitable<void> {
            co_await read_request(socket);
            co_await send_text(socket, answer);
            co_await read_request(socket);
        };
        return inject_into(script, *make("connection_close", settings));
    }

    // The same that closes at once.
    injection answered_and_closed(std::string answer, std::string_view settings = "{}") {
        const auto script = [&](tcp_socket socket) -> asio::awaitable<void> {
            const std::optional<scripted_request> request = co_await read_request(socket);
            asked_ = request ? request->head : "";
            co_await send_text(socket, answer);
        };
        return inject_into(script, *make("connection_close", settings));
    }

    std::string asked_;
};

TEST_F(ConnectionClose, IsMetByAServerThatCloses) {
    const injection happened = answered_and_closed(http_response("whole"));
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(asked_, HasSubstr("Connection: close\r\n"));
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_TRUE(happened.demanded->met) << happened.demanded->seen;
    EXPECT_EQ(happened.demanded->section, "RFC 9112 section 9.6");
    EXPECT_EQ(happened.response_status, 200);
}

TEST_F(ConnectionClose, IsNotMetByAServerThatKeepsTheConnection) {
    // Announced is not done.
    const injection happened = answered_and_kept(http_response("", "Connection: close\r\n"));
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_FALSE(happened.demanded->met);
    EXPECT_EQ(happened.demanded->seen, "it was still open 2 s later");
}

TEST_F(ConnectionClose, MayBeAskedForByAClientOfHttp10) {
    const std::string_view as = R"({"as": "http_1_0"})";
    const injection closed = answered_and_closed(http_response("whole"), as);
    EXPECT_THAT(asked_, HasSubstr("GET / HTTP/1.0\r\n"));
    EXPECT_THAT(asked_, testing::Not(HasSubstr("Connection")));
    ASSERT_TRUE(closed.demanded.has_value());
    EXPECT_TRUE(closed.demanded->met);
    const injection kept = answered_and_kept(http_response("whole"), as);
    ASSERT_TRUE(kept.demanded.has_value());
    EXPECT_FALSE(kept.demanded->met);
    EXPECT_EQ(kept.demanded->section, "RFC 9112 section 9.3");
}

TEST_F(ConnectionClose, MayBeWhatEndsTheAnswer) {
    const injection happened = answered_and_closed("HTTP/1.0 200 OK\r\n\r\nuntil the end");
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_TRUE(happened.demanded->met);
}

TEST_F(ConnectionClose, DoesNotStandForTheAnswer) {
    const injection cut = answered_and_closed("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    ASSERT_TRUE(cut.demanded.has_value());
    EXPECT_FALSE(cut.demanded->met);
    EXPECT_THAT(cut.demanded->seen, HasSubstr("no whole answer: the server closed"));
}

TEST_F(ConnectionClose, RejectsAWayItDoesNotKnow) {
    std::vector<problem> problems;
    make("connection_close", R"({"as": "http_2"})", problems);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_THAT(problems[0].message, HasSubstr("http_1_0"));
}

}  // namespace
}  // namespace stormdrain
