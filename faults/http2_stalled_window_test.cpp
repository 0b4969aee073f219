#include "faults/fault_fixture.hpp"
#include "harness/testing/http2_script.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class Http2StalledWindow : public fault_fixture {
protected:
    // Begins an answer and sends so much of its body.
    static scripted_peer::script sending(std::size_t body_bytes, std::uint8_t flags = 0) {
        return [body_bytes, flags](tcp_socket socket) -> asio::awaitable<void> {
            http2_script talk(socket);
            try {
                co_await talk.greet();
                http2_frame frame;
                frame.stream = co_await talk.next_request();
                frame.type = http2_frame_type::headers;
                frame.flags = http2_flag::end_headers;
                frame.payload = "\x88";  // ":status: 200" (RFC 7541 A)
                co_await talk.say(frame);
                frame.type = http2_frame_type::data;
                frame.flags = flags;
                frame.payload.assign(body_bytes, 'x');
                if (body_bytes > 0) {
                    co_await talk.say(frame);
                }
                for (;;) {
                    co_await talk.next();
                }
            } catch (const boost::system::system_error&) {  // the client is gone
            }
        };
    }
};

TEST_F(Http2StalledWindow, StandsOnceItsWindowIsFull) {
    const std::unique_ptr<const fault> what = make("http2_stalled_window", R"({"window": "100B"})");
    EXPECT_EQ(what->holds(), held_condition::stalled_reader);
    const injection happened = inject_into(sending(100), *what);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(happened.proof,
              "the answer has begun, 100 bytes have filled its window, which stays shut");
}

TEST_F(Http2StalledWindow, OpensNoneAtAllUnlessTheFileSaysSo) {
    const std::unique_ptr<const fault> what = make("http2_stalled_window");
    EXPECT_THAT(inject_into(sending(0), *what), WasDelivered());
}

TEST_F(Http2StalledWindow, IsNotDeliveredWhereTheAnswerFits) {
    const std::unique_ptr<const fault> what = make("http2_stalled_window", R"({"window": "100B"})");
    const injection happened = inject_into(sending(99, http2_flag::end_stream), *what);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_EQ(happened.proof, "the whole answer fits into the window");
}

TEST_F(Http2StalledWindow, IsNotDeliveredToAServerThatHeedsNoWindow) {
    const std::unique_ptr<const fault> what = make("http2_stalled_window");
    const injection happened = inject_into(sending(100), *what);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_EQ(happened.proof, "the server sent more than the window allows");
}

}  // namespace
}  // namespace stormdrain
