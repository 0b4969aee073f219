#include "harness/process/server_end.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

TEST(ServerEnd, IsEarlierByTheLooksAtItsTree) {
    EXPECT_EQ((server_end{1'000, 0, 0}.at(5'000)), 5'000);
    EXPECT_EQ((server_end{1'000, 300, 0}.at(5'000)), 4'700);
}

TEST(ServerEnd, IsNotBeforeItAskedToEnd) {
    EXPECT_EQ((server_end{1'000, 3'000, 4'000}.at(5'000)), 4'000);
}

// Goal: a stop signal that kills the server at once, while a helper's end is looked at for longer,
// does not make it a server that ended by itself before the stop.
TEST(ServerEnd, IsNotBeforeTheTreeWasWatched) {
    EXPECT_EQ((server_end{1'000, 3'000, 0}.at(1'100)), 1'000);
    EXPECT_EQ((server_end{1'000, 50, 0}.at(1'100)), 1'050);
}

TEST(ServerEnd, StaysWhatItWasWhenItCameBeforeThat) {
    EXPECT_EQ((server_end{1'000, 0, 0}.at(900)), 900);
    EXPECT_EQ((server_end{1'000, 300, 0}.at(900)), 900);
    EXPECT_EQ((server_end{0, 0, 0}.at(900)), 900);
}

}  // namespace
}  // namespace stormdrain
