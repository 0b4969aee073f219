#include "harness/commands/shrink_bench.hpp"

#include "harness/checks/record_builder.hpp"
#include "harness/commands/plan_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;

class FailureCounter : public testing::Test {
protected:
    static cycle_record record_of(bool hangs) {
        cycle_record record = testing_records::clean_record();
        if (hangs) {
            testing_records::hang(record);
        }
        return record;
    }

    cycle_sink::outcome add(std::uint32_t index, const cycle_record& record) {
        cycle_work work;
        work.index = index;
        return counter_.add(work, record, false);
    }

    planned_scenario scenario_ = scenario_of(100);
    std::optional<failure_kind> wanted_ = failure_kind{"shutdown_deadline", ""};
    std::vector<bool> told_;
    failure_counter counter_{scenario_, wanted_, [this](const hit_count& seen, bool is_hit) {
                                 told_.push_back(is_hit);
                                 return seen.hits == 2;
                             }};
};

TEST_F(FailureCounter, EndsWithTheAnswer) {
    EXPECT_FALSE(add(0, record_of(true)).broken);
    EXPECT_FALSE(add(1, record_of(false)).broken);
    EXPECT_TRUE(add(2, record_of(true)).broken);
    EXPECT_TRUE(counter_.is_answered());
    EXPECT_TRUE(add(3, record_of(true)).broken) << "what was under way changes nothing";
    EXPECT_EQ(counter_.seen(), (hit_count{2, 3}));
}

// Goal: three workers of which one hangs do not make the failure look rare.
TEST_F(FailureCounter, CountsInTheOrderOfThePlan) {
    add(1, record_of(false));
    add(2, record_of(false));
    EXPECT_THAT(told_, ElementsAre()) << "the first is under way";
    add(0, record_of(true));
    EXPECT_THAT(told_, ElementsAre(true, false, false));
}

TEST_F(FailureCounter, GivesUpWhatCannotBeJudged) {
    cycle_record unjudged = record_of(false);
    unjudged.health.failure = "the fault could not be delivered";
    for (std::uint32_t index = 0; index + 1 < failure_counter::not_judged_allowed; ++index) {
        EXPECT_FALSE(add(index, unjudged).broken);
    }
    EXPECT_TRUE(add(failure_counter::not_judged_allowed - 1, unjudged).broken);
    EXPECT_TRUE(counter_.is_hopeless());
    EXPECT_FALSE(counter_.is_answered());
}

TEST_F(FailureCounter, TakesTheFirstFailureWhereNoneWasNamed) {
    wanted_.reset();
    add(0, record_of(false));
    EXPECT_FALSE(wanted_.has_value());
    add(1, record_of(true));
    ASSERT_TRUE(wanted_.has_value());
    EXPECT_EQ(counter_.seen(), (hit_count{1, 2}));
}

TEST_F(FailureCounter, LeavesTheFoldersOfAFewFailures) {
    EXPECT_TRUE(add(0, record_of(true)).keep);
    EXPECT_FALSE(add(1, record_of(false)).keep);
}

}  // namespace
}  // namespace stormdrain
