#include "faults/fault_fixture.hpp"
#include "harness/testing/http2_script.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class Http2SettingsUnacknowledged : public fault_fixture {};

TEST_F(Http2SettingsUnacknowledged, IsAnsweredAndAcknowledgesNothing) {
    const std::unique_ptr<const fault> what = make("http2_settings_unacknowledged");
    EXPECT_EQ(what->holds(), held_condition::idle_keep_alive);
    std::vector<http2_frame_type> heard;
    const auto server = [&](tcp_socket socket) -> asio::awaitable<void> {
        http2_script talk(socket);
        co_await talk.greet();
        const std::uint32_t stream = co_await talk.next_request();
        co_await talk.answer(stream);
        try {
            for (;;) {
                const http2_frame frame = co_await talk.next();
                heard.push_back(frame.type);
            }
        } catch (const boost::system::system_error&) {  // the client is gone
        }
    };
    const injection happened = inject_into(server, *what);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_TRUE(heard.empty());
}

TEST_F(Http2SettingsUnacknowledged, IsNotDeliveredToAServerThatSaysNothing) {
    const std::unique_ptr<const fault> what = make("http2_settings_unacknowledged");
    surroundings brief;
    brief.stands_within = 100ms;
    const injection happened = inject_into(listening(), *what, brief);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_EQ(happened.proof, "the server sent no SETTINGS");
}

}  // namespace
}  // namespace stormdrain
