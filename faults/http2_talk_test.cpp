#include "faults/http2_talk.hpp"

#include "faults/fault_fixture.hpp"
#include "harness/testing/http2_script.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;

class Http2Talk : public fault_fixture {};

TEST(Http2Greeting, IsThePrefaceAndSettings) {
    const std::string greeting = http2_greeting();
    EXPECT_EQ(greeting, std::string(http2_client_preface) + to_bytes(settings_frame()));
}

TEST_F(Http2Talk, AnswersPingsUntilTheEndAndRemembersFarewells) {
    const std::unique_ptr<const fault> what = make("http2_stalled_window");
    bool was_answered = false;
    const auto server = [&](tcp_socket socket) -> asio::awaitable<void> {
        http2_script talk(socket);
        co_await talk.greet();
        const std::uint32_t stream = co_await talk.next_request();
        http2_frame head;
        head.type = http2_frame_type::headers;
        head.flags = http2_flag::end_headers;
        head.stream = stream;
        head.payload = "\x88";  // ":status: 200" (RFC 7541 A)
        co_await talk.say(head);
        http2_frame ping;
        ping.type = http2_frame_type::ping;
        ping.payload = "12345678";
        co_await talk.say(ping);
        http2_frame heard = co_await talk.next();
        while (heard.type != http2_frame_type::ping) {
            heard = co_await talk.next();
        }
        was_answered = heard == acknowledgement_of(ping);
    };
    surroundings held;
    held.let_go = surroundings::release::never;
    const injection happened = inject_into(server, *what, held);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_TRUE(was_answered);
}

}  // namespace
}  // namespace stormdrain
