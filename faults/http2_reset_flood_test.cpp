#include "faults/fault_fixture.hpp"
#include "harness/testing/http2_script.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class Http2ResetFlood : public fault_fixture {};

TEST_F(Http2ResetFlood, OpensAndResetsStreamAfterStream) {
    const std::unique_ptr<const fault> what = make("http2_reset_flood", R"({"streams": 250})");
    EXPECT_EQ(what->holds(), held_condition::none);
    std::vector<std::uint32_t> opened;
    std::vector<std::uint32_t> reset;
    const auto server = [&](tcp_socket socket) -> asio::awaitable<void> {
        http2_script talk(socket);
        co_await talk.greet();
        http2_frame frame = co_await talk.next();
        while (frame.type != http2_frame_type::ping) {
            if (frame.type == http2_frame_type::headers) {
                opened.push_back(frame.stream);
            } else if (frame.type == http2_frame_type::rst_stream) {
                reset.push_back(frame.stream);
            }
            frame = co_await talk.next();
        }
        const http2_frame answer = acknowledgement_of(frame);
        co_await talk.say(answer);
    };
    const injection happened = inject_into(server, *what);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(happened.proof,
              "250 streams opened and reset, the server answered a PING behind them");
    ASSERT_EQ(opened.size(), 250U);
    EXPECT_EQ(opened.front(), 1U);
    EXPECT_EQ(opened.back(), 499U);
    EXPECT_EQ(opened, reset);
}

TEST_F(Http2ResetFlood, IsDeliveredToAServerThatEndsIt) {
    const std::unique_ptr<const fault> what = make("http2_reset_flood", R"({"streams": 100})");
    const auto server = [](tcp_socket socket) -> asio::awaitable<void> {
        constexpr std::uint32_t enhance_your_calm = 11;  // RFC 9113 section 7
        http2_script talk(socket);
        co_await talk.greet();
        http2_frame frame = co_await talk.next();
        while (frame.type != http2_frame_type::ping) {
            frame = co_await talk.next();
        }
        const http2_frame farewell = goaway_frame(199, enhance_your_calm);
        co_await talk.say(farewell);
        co_await hang_up(talk);
    };
    const injection happened = inject_into(server, *what);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(happened.proof,
                HasSubstr("the server ended the connection by GOAWAY 199 with code 11"));
}

}  // namespace
}  // namespace stormdrain
