#include "harness/origin/origin_answer.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

origin_request asked(std::string path, std::string method = "GET") {
    origin_request request;
    request.method = std::move(method);
    request.path = std::move(path);
    return request;
}

TEST(OriginAnswer, ComesByThePath) {
    EXPECT_EQ(answer_to(asked("/bytes/1000")).body.size(), 1000U);
    EXPECT_THAT(answer_to(asked("/bytes/1000")).head, HasSubstr("Content-Length: 1000\r\n"));
    EXPECT_EQ(answer_to(asked("/delay/250")).delay, 250ms);
    EXPECT_EQ(answer_to(asked("/anything")).delay, 0ms);
    EXPECT_FALSE(answer_to(asked("/bytes/x1")).body.empty());
    origin_request echo = asked("/echo", "POST");
    echo.body = "abc";
    EXPECT_EQ(answer_to(echo).body, "abc");
}

TEST(OriginAnswer, IsBounded) {
    EXPECT_EQ(answer_to(asked("/delay/99999999999")).delay, origin_answer::delay_max);
    EXPECT_EQ(answer_to(asked("/bytes/99999999999")).body.size(), origin_answer::body_bytes_max);
}

TEST(OriginAnswer, SaysWhetherTheConnectionGoesOn) {
    origin_request last = asked("/");
    last.persists = false;
    EXPECT_THAT(answer_to(last).head, HasSubstr("Connection: close\r\n"));
    EXPECT_FALSE(answer_to(last).persists);
    EXPECT_THAT(answer_to(asked("/")).head, Not(HasSubstr("Connection:")));
}

TEST(OriginAnswer, HasNoBodyForHead) {
    EXPECT_THAT(answer_to(asked("/bytes/7", "HEAD")).head, HasSubstr("Content-Length: 7\r\n"));
    EXPECT_TRUE(answer_to(asked("/bytes/7", "HEAD")).body.empty());
}

TEST(OriginAnswer, UpgradesWhoAsksForAWebSocketThere) {
    origin_request request = asked("/websocket");
    EXPECT_FALSE(answer_to(request).opens_websocket);
    request.websocket_key = "dGhlIHNhbXBsZSBub25jZQ==";  // RFC 6455 section 1.3
    const origin_answer upgraded = answer_to(request);
    EXPECT_TRUE(upgraded.opens_websocket);
    EXPECT_THAT(upgraded.head, HasSubstr("HTTP/1.1 101 "));
    EXPECT_THAT(upgraded.head, HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    EXPECT_EQ(upgraded.body, "");
    request.path = "/else";
    EXPECT_FALSE(answer_to(request).opens_websocket);
}

}  // namespace
}  // namespace stormdrain
