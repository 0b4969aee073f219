#include "harness/checks/rules/half_close_answer.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
constexpr since_start stop = 2s;
constexpr half_close_promise responds = half_close_promise::respond;

injection closed_at(since_start instant) {
    injection happened;
    happened.delivered = true;
    happened.server_closed = instant;
    return happened;
}

TEST(HalfCloseAnswer, IsOwedWhereItIsPromised) {
    EXPECT_TRUE(lacks_promised_answer(closed_at(1s), stop, responds));
    EXPECT_TRUE(lacks_promised_answer(closed_at(1s), {}, responds));
    EXPECT_FALSE(lacks_promised_answer(closed_at(1s), stop, half_close_promise::close));
}

TEST(HalfCloseAnswer, IsNotMissedWhereNothingIsProved) {
    EXPECT_TRUE(lacks_promised_answer(closed_at(stop - 1us), stop, responds));
    EXPECT_FALSE(lacks_promised_answer(closed_at(stop), stop, responds)) << "the stop's doing";
    injection answered = closed_at(1s);
    answered.response_complete = true;
    EXPECT_FALSE(lacks_promised_answer(answered, stop, responds));
    injection let_go = closed_at(1s);
    let_go.server_closed.reset();
    EXPECT_FALSE(lacks_promised_answer(let_go, stop, responds));
    injection undelivered = closed_at(1s);
    undelivered.delivered = false;
    EXPECT_FALSE(lacks_promised_answer(undelivered, stop, responds));
}

}  // namespace
}  // namespace stormdrain::rules
