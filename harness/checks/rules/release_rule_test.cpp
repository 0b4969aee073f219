#include "harness/checks/rules/release_rule.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
TEST(ReleaseRule, DemandsNothingBesideAClientThatNeverMoves) {
    contract promised;
    promised.exit_within_while = {{held_condition::silent, {}}, {held_condition::in_flight, {5s}}};
    const exit_deadline unbounded = deadline_for(promised, {held_condition::silent});
    EXPECT_FALSE(may_be_timed(unbounded, {}));
    EXPECT_TRUE(may_be_timed(unbounded, 3s));
    EXPECT_TRUE(may_be_timed(deadline_for(promised, {held_condition::in_flight}), {}));
    EXPECT_TRUE(may_be_timed(deadline_for(promised, {}), {}));
}

}  // namespace
}  // namespace stormdrain::rules
