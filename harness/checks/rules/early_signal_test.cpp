#include "harness/checks/rules/early_signal.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
TEST(EarlySignal, ComesBeforeTheFirstAnswer) {
    EXPECT_TRUE(is_early(1s, {}));
    EXPECT_TRUE(is_early(1s, 1s + 1us));
    EXPECT_FALSE(is_early(1s, 1s));
    EXPECT_FALSE(is_early({}, {})) << "it was never told to stop";
}

TEST(EarlySignal, EndsTheServerInAnyWayButACrash) {
    constexpr int core_flag = 0x80;  // wait(2)
    EXPECT_TRUE(is_legal_early_exit({SIGTERM}, SIGTERM));
    EXPECT_TRUE(is_legal_early_exit({143 << 8}, SIGTERM));
    EXPECT_TRUE(is_legal_early_exit({SIGQUIT | core_flag}, SIGQUIT));
    EXPECT_FALSE(is_legal_early_exit({SIGSEGV}, SIGTERM));
    EXPECT_FALSE(is_legal_early_exit({SIGQUIT | core_flag}, SIGTERM));
}

}  // namespace
}  // namespace stormdrain::rules
