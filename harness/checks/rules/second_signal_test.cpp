#include "harness/checks/rules/second_signal.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
contract promising(second_signal_promise what) {
    contract promised;
    promised.second_signal = what;
    return promised;
}

const contract ignoring = promising(second_signal_promise::ignored);
const contract forced = promising(second_signal_promise::force);
const contract required = promising(second_signal_promise::required);

TEST(SecondSignal, MayMeanAtOnceWhereNothingIsSaid) {
    contract with_statuses;
    with_statuses.exit_status_after_second_signal.emplace({legal_exit{}});
    EXPECT_TRUE(may_end_at_once({}));
    EXPECT_FALSE(may_end_at_once(with_statuses));
    EXPECT_TRUE(may_disturb(with_statuses));
    EXPECT_TRUE(is_any_exit_legal({}));
    EXPECT_FALSE(is_any_exit_legal(with_statuses));
}

TEST(SecondSignal, ExcusesNothingWhereItIsIgnored) {
    EXPECT_FALSE(may_disturb(ignoring));
    EXPECT_FALSE(may_end_at_once(ignoring));
    EXPECT_FALSE(is_any_exit_legal(ignoring));
    contract forced_with_statuses = forced;
    forced_with_statuses.exit_status_after_second_signal.emplace({legal_exit{}});
    EXPECT_TRUE(may_end_at_once(forced_with_statuses));
}

TEST(SecondSignal, ComesBeforeTheEndWhereItIsRequired) {
    EXPECT_TRUE(is_gone_too_soon(3s, {}, required));
    EXPECT_TRUE(is_gone_too_soon(3s, 3s + 1us, required));
    EXPECT_FALSE(is_gone_too_soon(3s, 3s, required));
    EXPECT_FALSE(is_gone_too_soon({}, {}, required));
    EXPECT_FALSE(is_gone_too_soon(3s, {}, forced));
    EXPECT_FALSE(is_gone_too_soon(3s, {}, {}));
}

}  // namespace
}  // namespace stormdrain::rules
