#include "harness/checks/rules/worst_condition_deadline.hpp"

#include "harness/plan/contract.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
TEST(WorstConditionDeadline, IsKeptToTheInstant) {
    EXPECT_TRUE(is_over_in_time(3s, 3s));
    EXPECT_FALSE(is_over_in_time(3s + 1us, 3s));
    EXPECT_FALSE(is_over_in_time({}, 3s));
}

TEST(WorstConditionDeadline, IsThatOfTheWorstOfAllThatIsHeld) {
    contract promised;
    promised.exit_within = 1s;
    promised.exit_within_while = {{held_condition::silent, {5s}},
                                  {held_condition::stalled_reader, {30s}}};
    EXPECT_EQ(deadline_for(promised, {}).after_stop, 1s + 2s);
    EXPECT_EQ(deadline_for(promised, {held_condition::silent}).after_stop, 5s + 2s);
    EXPECT_EQ(
        deadline_for(promised, {held_condition::silent, held_condition::stalled_reader}).after_stop,
        30s + 6s);
}

}  // namespace
}  // namespace stormdrain::rules
