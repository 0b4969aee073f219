#include "harness/load/engine/answer_pace.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

TEST(AnswerPace, LetsAnswersPileUpThatComeOneByOne) {
    const time_point start = clock::now();
    answer_pace pace(start);
    EXPECT_EQ(pace.pause_behind(start + 10us, 1, 1600us), 50us);
    // As many came within the pause as before: still one each 10 us.
    EXPECT_EQ(pace.pause_behind(start + 70us, 7, 1600us), 50us);
    EXPECT_EQ(pace.pause_behind(start + 80us, 8, 1s), 100us);
}

TEST(AnswerPace, WaitsForNothingWhereFewCome) {
    const time_point start = clock::now();
    answer_pace pace(start);
    EXPECT_EQ(pace.pause_behind(start + 30us, 1, 1600us), 0us);
    EXPECT_EQ(pace.pause_behind(start + 40us, 1, 1600us), 0us);
    EXPECT_EQ(pace.pause_behind(start + 1s, 10'000, 1600us), 0us);
}

TEST(AnswerPace, WaitsForNothingThatWouldBeALargePartOfWhatAnswersTake) {
    const time_point start = clock::now();
    answer_pace pace(start);
    EXPECT_EQ(pace.pause_behind(start + 1us, 100, 900us), 0us);
    EXPECT_EQ(pace.pause_behind(start + 2us, 200, 0us), 0us);
}

}  // namespace
}  // namespace stormdrain
