#include "ci/benchmarks/slow_programs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stormdrain::benchmarks {
namespace {

using testing::ElementsAre;

TEST(SlowPrograms, AreToldToDoTheSameWork) {
    const slow_work work{"http://h/", 1'000, 8};
    EXPECT_THAT(
        argv_of(slow_program::stormdrain, "/b/stormdrain", work),
        ElementsAre("/b/stormdrain", "attack", "http://h/", "--slow", "headers", "--clients",
                    "1000", "--every", "1s", "--duration", "8s", "--progress", "none"));
    EXPECT_THAT(argv_of(slow_program::slowhttptest, "/usr/bin/slowhttptest", work),
                ElementsAre("/usr/bin/slowhttptest", "-H", "-c", "1000", "-r", "1000", "-i", "1",
                            "-x", "8", "-p", "3", "-t", "GET", "-u", "http://h/", "-l", "8"));
}

TEST(SlowPrograms, SayHowManyTheyHeld) {
    EXPECT_EQ(held_by(slow_program::stormdrain,
                      "held          1000 connected, 998 open at the end; 12 bytes\n"),
              998U);
    EXPECT_EQ(held_by(slow_program::stormdrain, "stormdrain: cannot find the host\n"),
              std::nullopt);
    EXPECT_EQ(held_by(slow_program::slowhttptest,
                      "\x1b[1;32mconnected:   \x1b[1;32m        12\n"
                      "\x1b[1;32mconnected:   \x1b[1;32m        100\n\x1b[1;32merror: 0"),
              100U)
        << "the last page";
    EXPECT_EQ(held_by(slow_program::slowhttptest, "no such file\n"), std::nullopt);
}

}  // namespace
}  // namespace stormdrain::benchmarks
