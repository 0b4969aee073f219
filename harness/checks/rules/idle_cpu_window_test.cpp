#include "harness/checks/rules/idle_cpu_window.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
TEST(IdleCpuWindow, AllowsAFifthOfACore) {
    EXPECT_FALSE(is_spinning(0.2));
    EXPECT_TRUE(is_spinning(0.201));
}

TEST(IdleCpuWindow, KnowsWhoSpinsWithoutDescriptors) {
    EXPECT_TRUE(is_known_to_spin("descriptor_limit", descriptor_limit_promise::spin));
    EXPECT_FALSE(is_known_to_spin("descriptor_limit", descriptor_limit_promise::pause));
    EXPECT_FALSE(is_known_to_spin("descriptor_limit", {}));
    EXPECT_FALSE(is_known_to_spin("pause_server", descriptor_limit_promise::spin));
}

}  // namespace
}  // namespace stormdrain::rules
