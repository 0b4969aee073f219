#include "harness/checks/rules/listener_after_stop.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
TEST(ListenerAfterStop, HasTwoSecondsWhereItIsToCloseAtOnce) {
    EXPECT_FALSE(is_kept_too_long(listener_promise::close_at_once, 2s));
    EXPECT_TRUE(is_kept_too_long(listener_promise::close_at_once, 2s + 1us));
}

TEST(ListenerAfterStop, MayStayWhereItIsPromisedTo) {
    EXPECT_FALSE(is_kept_too_long(listener_promise::at_exit, 1h));
    EXPECT_FALSE(is_kept_too_long(listener_promise::lame_duck, 1h));
}

}  // namespace
}  // namespace stormdrain::rules
