#include "harness/process/exits/end_time.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

TEST(EndTime, IsEarlierByTheLooksAtItsTree) {
    EXPECT_EQ((end_time{1'000, 0, 0}.at(5'000)), 5'000);
    EXPECT_EQ((end_time{1'000, 300, 0}.at(5'000)), 4'700);
}

TEST(EndTime, IsNotBeforeItAskedToEnd) {
    EXPECT_EQ((end_time{1'000, 3'000, 4'000}.at(5'000)), 4'000);
}

// Goal: a stop signal that kills the server at once, while a helper's end is looked at for longer,
// does not make it a server that ended by itself before the stop.
TEST(EndTime, IsNotBeforeTheTreeWasWatched) {
    EXPECT_EQ((end_time{1'000, 3'000, 0}.at(1'100)), 1'000);
    EXPECT_EQ((end_time{1'000, 50, 0}.at(1'100)), 1'050);
}

TEST(EndTime, StaysWhatItWasWhenItCameBeforeThat) {
    EXPECT_EQ((end_time{1'000, 0, 0}.at(900)), 900);
    EXPECT_EQ((end_time{1'000, 300, 0}.at(900)), 900);
    EXPECT_EQ((end_time{0, 0, 0}.at(900)), 900);
}

}  // namespace
}  // namespace stormdrain
