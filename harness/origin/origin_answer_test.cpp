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

}  // namespace
}  // namespace stormdrain
