#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class UnreadUpload : public fault_fixture {
protected:
    // A fault that is over is let go of already.
    static surroundings before_any_stop() {
        surroundings around;
        around.let_go = surroundings::release::never;
        return around;
    }

    // Answers behind the head alone, and does with the connection as it likes.
    static asio::awaitable<void> answer_early(tcp_socket& socket, std::size_t page_bytes) {
        std::vector<char> head(256);
        co_await socket.async_read_some(asio::buffer(head), asio::use_awaitable);
        std::string answer = http_response(std::string(page_bytes, 'x'), "Connection: close\r\n",
                                           "413 Content Too Large");
        co_await send_text(socket, std::move(answer));
    }
};

TEST_F(UnreadUpload, IsAnsweredWholeByAServerThatDrains) {
    const auto upload = make("unread_upload");
    EXPECT_EQ(upload->point(), strike_point::request_body);
    const injection happened = inject_into(correct_server, *upload, before_any_stop());
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof, HasSubstr("more, unread"));
    EXPECT_EQ(happened.response_status, 413);
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_TRUE(happened.demanded->met) << happened.demanded->seen;
    EXPECT_EQ(happened.demanded->seen, "a whole answer of status 413");
}

TEST_F(UnreadUpload, LosesItsAnswerToAServerThatClosesOverIt) {
    const auto closes = [](tcp_socket socket) -> asio::awaitable<void> {
        co_await answer_early(socket, 100'000);
    };
    const injection happened = inject_into(closes, *make("unread_upload"), before_any_stop());
    EXPECT_THAT(happened, WasDelivered());
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_FALSE(happened.demanded->met);
    EXPECT_EQ(happened.demanded->section, "RFC 9112 section 9.6");
    EXPECT_THAT(happened.demanded->seen, HasSubstr("bytes of it: the server "));
}

// Rule R5: what was received whole before the RST is not lost.
TEST_F(UnreadUpload, MayBeResetBehindAnAnswerThatIsThere) {
    const auto closes = [](tcp_socket socket) -> asio::awaitable<void> {
        co_await answer_early(socket, 10);
    };
    const injection happened = inject_into(closes, *make("unread_upload"), before_any_stop());
    EXPECT_THAT(happened, WasDelivered());
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_TRUE(happened.demanded->met) << happened.demanded->seen;
}

TEST_F(UnreadUpload, DemandsNothingOnceTheStopHasBegun) {
    const injection happened = inject_into(correct_server, *make("unread_upload"));
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_FALSE(happened.demanded.has_value());
}

TEST_F(UnreadUpload, IsNotDeliveredToAServerThatWaitsForTheBody) {
    surroundings hasty = before_any_stop();
    hasty.within = 300ms;
    const auto upload = make("unread_upload", R"({"route": "upload", "body": "1MiB"})");
    const injection happened = inject_into(correct_server, *upload, hasty);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("no answer came before the body was whole"));
    EXPECT_FALSE(happened.demanded.has_value());
}

TEST_F(UnreadUpload, GoesOnOnlyAsLongAsItIsTaken) {
    gate over(executor());
    const auto reads_no_more = [&over](tcp_socket socket) -> asio::awaitable<void> {
        co_await answer_early(socket, 20'000);
        co_await over.wait(clock::now() + 10s);
    };
    scripted_peer peer(executor(), reads_no_more);
    const auto upload = make("unread_upload", R"({"body": "32MiB"})");
    injection happened;
    const surroundings around = before_any_stop();
    run([&]() -> asio::awaitable<void> {
        const endpoint where = peer.where();
        happened = co_await inject(*upload, where, around);
        over.open();
        co_await peer.stop();
    });
    EXPECT_THAT(happened, WasDelivered());
    ASSERT_TRUE(happened.demanded.has_value());
    EXPECT_TRUE(happened.demanded->met) << happened.demanded->seen;
}

}  // namespace
}  // namespace stormdrain
