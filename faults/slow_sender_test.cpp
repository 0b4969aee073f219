#include "faults/fault_fixture.hpp"

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class SlowSender : public fault_fixture {
protected:
    SlowSender() { held_.let_go = surroundings::release::never; }
    surroundings held_;
};

TEST_F(SlowSender, IsAnsweredOnceItsRequestIsWhole) {
    const auto slow = make("slow_sender", R"({"chunk": "8B", "every": "1ms"})");
    EXPECT_EQ(slow->holds(), held_condition::partial_header);
    const injection happened = inject_into(
        [](tcp_socket socket) -> asio::awaitable<void> {
            co_await read_request(socket);
            co_await send_text(socket, http_response("whole"));
        },
        *slow, held_);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_EQ(happened.response_status, 200);
    EXPECT_TRUE(happened.response_complete);
    ASSERT_TRUE(happened.request_whole);
    EXPECT_GT(*happened.request_whole, happened.struck);
}

TEST_F(SlowSender, SendsTheHeadAtOnceWhenItIsSlowInTheBody) {
    const auto slow = make("slow_sender", R"({"at": "request_body", "chunk": "1B"})");
    EXPECT_EQ(slow->holds(), held_condition::partial_body);
    EXPECT_THAT(slow->needed_routes(), testing::ElementsAre("upload"));
    std::string seen;
    const injection happened = inject_into(
        [&seen](tcp_socket socket) -> asio::awaitable<void> {
            seen = co_await read_until(socket, "\r\n\r\n");
            co_await read_request(socket);
        },
        *slow);
    EXPECT_THAT(happened, WasDelivered());
    EXPECT_THAT(seen, HasSubstr("Content-Length: 1024"));
    EXPECT_THAT(happened.proof, HasSubstr("1023 are missing"));
    EXPECT_FALSE(happened.request_whole);
}

TEST_F(SlowSender, ReadsAnEarlyAnswer) {
    const auto slow = make("slow_sender", R"({"every": "1h"})");
    const injection happened = inject_into(
        [](tcp_socket socket) -> asio::awaitable<void> {
            co_await read_until(socket, "G");
            co_await send_text(socket,
                               http_response("", "Connection: close\r\n", "408 Request Timeout"));
        },
        *slow, held_);
    EXPECT_EQ(happened.response_status, 408);
    EXPECT_TRUE(happened.response_complete);
}

TEST_F(SlowSender, IsNotDeliveredWhenTheRequestFitsIntoOneChunk) {
    const auto slow = make("slow_sender", R"({"chunk": "64KiB"})");
    const injection happened = inject_into(correct_server, *slow, held_);
    EXPECT_THAT(happened, Not(WasDelivered()));
    EXPECT_THAT(happened.proof, HasSubstr("fits into one chunk"));
}

}  // namespace
}  // namespace stormdrain
