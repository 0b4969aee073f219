#include "harness/base/time.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

TEST(DurationText, HasThreeDigitsAndTheUnitThatFits) {
    EXPECT_EQ(to_text(812ms), "812 ms");
    EXPECT_EQ(to_text(1500ms), "1.5 s");
    EXPECT_EQ(to_text(40us), "40 us");
    EXPECT_EQ(to_text(7ns), "7 ns");
    EXPECT_EQ(to_text(12345us), "12.3 ms");
    EXPECT_EQ(to_text(1s), "1 s");
    EXPECT_EQ(to_text(0ns), "0 s");
    EXPECT_EQ(to_text(-250ms), "-250 ms");
}

TEST(DurationText, NeverFallsIntoExponents) {
    EXPECT_EQ(to_text(999'700us), "1 s");
    EXPECT_EQ(to_text(999'400us), "999 ms");
    EXPECT_EQ(to_text(2h), "7200 s");
}

TEST(CycleClock, MeasuresFromItsStart) {
    const time_point start = clock::now() - 5s;
    const cycle_clock cycle(start);
    EXPECT_EQ(cycle.at(start + 3ms), 3ms);
    EXPECT_EQ(cycle.at(start - 3ms), -3ms);
    EXPECT_GE(cycle.now(), 5s);
}

}  // namespace
}  // namespace stormdrain
