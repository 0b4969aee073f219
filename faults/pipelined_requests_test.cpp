#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class PipelinedRequests : public fault_fixture {
protected:
    // Reads whatever was sent, plays the answers and closes.
    injection answered_by(std::string answers, std::string_view settings = "{}") {
        const auto script = [&](tcp_socket socket) -> asio::awaitable<void> {
            co_await read_request(socket);
            co_await send_text(socket, answers);
            socket.shutdown(tcp_socket::shutdown_send);
        };
        return inject_into(script, *make("pipelined_requests", settings));
    }
};

TEST_F(PipelinedRequests, AreMetByAsManyWholeAnswers) {
    const injection happened = inject_into(correct_server, *make("pipelined_requests"));
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("3 requests in one write of "));
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_TRUE(happened.demanded->met) << happened.demanded->seen;
    EXPECT_EQ(happened.demanded->what, "3 whole answers to 3 requests in one write");
    EXPECT_EQ(happened.demanded->seen, "3 whole answers");
    EXPECT_LE(happened.struck, happened.demanded->decided);
    EXPECT_EQ(happened.response_status, 200);
    EXPECT_EQ(log_.at(happened.connection).requests_count, 3U);
}

TEST_F(PipelinedRequests, MayBeginWithOneThatHasABody) {
    // More than the socket buffers hold, so that the echo must be read meanwhile.
    routes_["upload"].body_bytes = 12 * 1024 * 1024;
    const auto faulty = make("pipelined_requests", R"({"requests": 5, "first_route": "upload"})");
    EXPECT_THAT(faulty->needed_routes(), ElementsAre("small", "upload"));
    const injection happened = inject_into(correct_server, *faulty);
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_TRUE(happened.demanded->met) << happened.demanded->seen;
    EXPECT_THAT(happened.demanded->what, HasSubstr("the first of route \"upload\""));
}

TEST_F(PipelinedRequests, MayBeRefusedByAnAnnouncedClose) {
    const injection happened = answered_by(http_response("", "Connection: close\r\n"));
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_TRUE(happened.demanded->met);
    EXPECT_EQ(happened.demanded->seen, "1 whole answer, the last of which announced the close");
}

TEST_F(PipelinedRequests, MayNotBeDroppedByACloseThatWasNotAnnounced) {
    const injection happened = answered_by(http_response("first"));
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_FALSE(happened.demanded->met);
    EXPECT_EQ(happened.demanded->seen, "1 whole answer, then a close that was not announced");
}

TEST_F(PipelinedRequests, WantWholeAnswersOfHttp) {
    EXPECT_THAT(answered_by(http_response("first") + "HTTP/1.1 200 OK\r\n").demanded->seen,
                HasSubstr("then 17 bytes of another and a close"));
    EXPECT_THAT(answered_by(http_response("first") + "second\r\n").demanded->seen,
                HasSubstr("then what is not HTTP/1.1: "));
    EXPECT_THAT(answered_by("").demanded->seen, HasSubstr("0 whole answers, then a close"));
}

TEST_F(PipelinedRequests, MayNotBeForgotten) {
    gate over(executor());
    const auto forgets = [&](tcp_socket socket) -> asio::awaitable<void> {
        co_await read_request(socket);
        co_await send_text(socket, http_response("first"));
        co_await over.wait(clock::now() + 30s);
    };
    scripted_peer peer(executor(), forgets);
    const auto faulty = make("pipelined_requests");
    injection happened;
    surroundings patient;
    patient.within = 30s;
    run([&]() -> asio::awaitable<void> {
        const endpoint where = peer.where();
        happened = co_await inject(*faulty, where, patient);
        over.open();
        co_await peer.stop();
    });
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_FALSE(happened.demanded->met);
    EXPECT_EQ(happened.demanded->seen, "1 whole answer, then nothing for 10 s");
}

TEST_F(PipelinedRequests, DemandNothingOfACycleThatEndsFirst) {
    const auto waits = [](tcp_socket socket) -> asio::awaitable<void> {
        std::string read;
        while (co_await read_request(socket, read)) {
        }
    };
    surroundings hasty;
    hasty.within = 100ms;
    const injection happened = inject_into(waits, *make("pipelined_requests"), hasty);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_FALSE(happened.demanded.has_value());
}

}  // namespace
}  // namespace stormdrain
