#include "harness/checks/rules/idle_close.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
constexpr since_start stop = 2s;

contract promising(std::optional<idle_promise> idle,
                   std::optional<becomes_idle_promise> becomes_idle) {
    contract promised;
    promised.idle_keep_alive = idle;
    promised.becomes_idle = becomes_idle;
    return promised;
}

std::optional<since_start> due(since_start idle_since, const contract& promised,
                               std::optional<duration> timeout = {}) {
    running_contract while_running;
    while_running.keep_alive_timeout = timeout;
    return idle_close_due(idle_since, stop, promised, while_running);
}

using instant = std::optional<since_start>;

TEST(IdleClose, IsDueOneSecondAfterTheStopWhereItIsPromised) {
    EXPECT_EQ(due(1s, promising(idle_promise::close_now, {})), instant(stop + 1s));
    EXPECT_EQ(due(stop, promising(idle_promise::close_now, {})), instant(stop + 1s));
    EXPECT_EQ(due(1s, promising(idle_promise::keep, {})), instant());
    EXPECT_EQ(due(1s, promising({}, becomes_idle_promise::close)), instant());
}

TEST(IdleClose, IsDueOneSecondAfterTheAnswerBehindTheStop) {
    EXPECT_EQ(due(3s, promising({}, becomes_idle_promise::close)), instant(4s));
    EXPECT_EQ(due(3s, promising(idle_promise::close_now, {})), instant()) << "not said of those";
}

TEST(IdleClose, WaitsForTheTimeoutWhereItIsPromised) {
    const contract waits = promising(idle_promise::wait_timeout, becomes_idle_promise::wait);
    EXPECT_EQ(due(1s, waits, 15s), instant(16s + 3s));
    EXPECT_EQ(due(3s, waits, 15s), instant(18s + 3s));
    EXPECT_EQ(due(1s, waits, 500ms), instant(stop + 2s)) << "not before the stop";
    EXPECT_EQ(due(3s, waits), instant()) << "no timeout is known";
}

TEST(IdleClose, IsMissedByConnectionsThatWereOpenThen) {
    EXPECT_FALSE(is_kept_idle({3s, 9s}, 3s));
    EXPECT_TRUE(is_kept_idle({3s + 1us, 9s}, 3s));
    EXPECT_TRUE(is_kept_idle({{}, 9s}, 3s));
    EXPECT_FALSE(is_kept_idle({{}, 3s}, 3s)) << "it was let go of before";
}

}  // namespace
}  // namespace stormdrain::rules
