#include "harness/checks/rules/death_by_stop_signal.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
constexpr int core_flag = 0x80;  // wait(2)

TEST(DeathByStopSignal, IsByThatSignalOnly) {
    EXPECT_TRUE(is_death_by_stop_signal({SIGTERM}, SIGTERM));
    EXPECT_FALSE(is_death_by_stop_signal({SIGINT}, SIGTERM));
    EXPECT_FALSE(is_death_by_stop_signal({SIGTERM << 8}, SIGTERM)) << "an exit code";
    EXPECT_FALSE(is_death_by_stop_signal({0}, 0));
    // The default action of SIGQUIT is to dump core (signal(7)), which makes it no crash.
    EXPECT_TRUE(is_death_by_stop_signal({SIGQUIT | core_flag}, SIGQUIT));
}

TEST(DeathByStopSignal, IsNoCrash) {
    EXPECT_FALSE(is_crash({SIGTERM}));
    EXPECT_FALSE(is_crash({1 << 8}));
    EXPECT_TRUE(is_crash({SIGSEGV}));
    EXPECT_TRUE(is_crash({SIGABRT}));
    EXPECT_TRUE(is_crash({SIGTERM | core_flag}));
}

}  // namespace
}  // namespace stormdrain::rules
