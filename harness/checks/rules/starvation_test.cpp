#include "harness/checks/rules/starvation.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
TEST(Starvation, BeginsAboveAQuarterOfASecond) {
    EXPECT_FALSE(is_starved(250ms));
    EXPECT_TRUE(is_starved(250ms + 1us));
}

}  // namespace
}  // namespace stormdrain::rules
