#include "harness/cycle/single_request.hpp"

#include "harness/testing/connection_fixture.hpp"
#include "harness/testing/http_script.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;

class SingleRequest : public connection_fixture {
protected:
    single_answer ask(scripted_peer::script script, time_point deadline = soon()) {
        scripted_peer peer(executor(), std::move(script));
        single_answer answer;
        run([&]() -> asio::awaitable<void> {
            connector to = connector_to(peer);
            answer = co_await request_once(to, what_, "stop", deadline);
            released_.open();
            co_await peer.stop();
        });
        return answer;
    }

    route what_;
};

// Goal: an answer without a status is no answer that is missing.
TEST_F(SingleRequest, TellsAnExpectedAnswerOfAScriptFromNone) {
    script_step ping;
    ping.text = "PING";
    script_step pong;
    pong.does = script_step::kind::expect;
    pong.expected.text = "PONG";
    what_.talk = script{{}, {ping, pong}};
    what_.expected_status = 0;
    const auto says = [this](std::string text) {
        return ask([text](tcp::socket socket) -> asio::awaitable<void> {
            co_await read_until(socket, "PING");
            co_await send_text(socket, text);
        });
    };
    EXPECT_TRUE(says("PONG").as_expected);
    EXPECT_FALSE(says("nothing of it").as_expected);
    EXPECT_FALSE(says("").as_expected);
}

TEST_F(SingleRequest, IsAnnouncedAsTheOnlyOneOfItsConnection) {
    what_.method = "POST";
    what_.path = "/shutdown";
    std::string head;
    const single_answer answer = ask([&](tcp::socket socket) -> asio::awaitable<void> {
        const auto request = co_await read_request(socket);
        head = request ? request->head : "";
        std::string text = http_response("", "", "202 Accepted");
        co_await send_text(socket, std::move(text));
    });
    EXPECT_THAT(head, testing::StartsWith("POST /shutdown HTTP/1.1\r\n"));
    EXPECT_THAT(head, HasSubstr("Connection: close\r\n"));
    EXPECT_TRUE(answer.sent);
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.text, "status 202");
    EXPECT_EQ(log_.at(1).purpose, "stop");
    EXPECT_EQ(log_.at(1).end, connection_end::closed_by_client);
}

TEST_F(SingleRequest, WasSentAlsoWhenNoAnswerCame) {
    const single_answer answer =
        ask([](tcp::socket socket) -> asio::awaitable<void> { co_await read_request(socket); });
    EXPECT_TRUE(answer.sent);
    EXPECT_EQ(answer.status, 0);
    EXPECT_THAT(answer.text, testing::Not(testing::IsEmpty()));
}

TEST_F(SingleRequest, GivesUpAtItsDeadline) {
    const single_answer answer = ask(
        [&](tcp::socket socket) -> asio::awaitable<void> {
            co_await read_request(socket);
            co_await until_released();
        },
        clock::now() + 50ms);
    EXPECT_TRUE(answer.sent);
    EXPECT_EQ(answer.status, 0);
    EXPECT_EQ(answer.text, make_error_code(asio::error::timed_out).message());
}

TEST_F(SingleRequest, WasNotSentToAServerThatIsGone) {
    run([&]() -> asio::awaitable<void> {
        scripted_peer gone(executor(), [](tcp::socket) -> asio::awaitable<void> { co_return; });
        connector to = connector_to(gone);
        co_await gone.stop();
        const single_answer answer = co_await request_once(to, what_, "probe", soon());
        EXPECT_FALSE(answer.sent);
        EXPECT_EQ(answer.status, 0);
        EXPECT_EQ(answer.text, make_error_code(asio::error::connection_refused).message());
    });
}

}  // namespace
}  // namespace stormdrain
