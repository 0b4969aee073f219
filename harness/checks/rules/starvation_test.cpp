#include "harness/checks/rules/starvation.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;

TEST(Starvation, BeginsAboveAQuarterOfASecond) {
    EXPECT_FALSE(is_starved(250ms));
    EXPECT_TRUE(is_starved(250ms + 1us));
}

TEST(Starvation, IsAServerThatOthersKeptFromAQuarterOfASecondOfTheCpu) {
    cpu_want server;
    server.within = 1s;
    server.waited = 400ms;
    server.ran = 300ms;
    server.processors = 2;
    EXPECT_FALSE(is_starved(server)) << "its own threads had 150 ms of it";
    server.waited = 401ms;
    EXPECT_TRUE(is_starved(server));
}

}  // namespace
}  // namespace stormdrain::rules
