#include "harness/commands/running/plan_check.hpp"

#include "harness/commands/plan_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::HasSubstr;

constexpr std::uint32_t cycles_count = 2000;

plan one_scenario() {
    plan planned = plan_of({scenario_of(cycles_count)});
    planned.scenarios.front().id = "t/s/x";
    return planned;
}

TEST(PlanCheck, FindsNothingInAPlanThatIsTheSame) {
    const plan planned = one_scenario();
    const plan again = one_scenario();
    const plan_check check(planned, again);
    for (std::uint32_t cycle = 0; cycle < cycles_count; ++cycle) {
        check.look_at(0, cycle);
    }
}

TEST(PlanCheck, RefusesAnotherPlan) {
    const plan planned = one_scenario();
    plan other = one_scenario();
    other.run_seed = 1;
    EXPECT_THROW(plan_check(planned, other), plan_differs);
}

// One that changes while the run goes on: memory that is overwritten, a generator that draws
// something else.
TEST(PlanCheck, NamesTheCycleWhosePlanDiffers) {
    const plan planned = one_scenario();
    plan other = one_scenario();
    const plan_check check(planned, other);
    auto changed = std::make_shared<suite>(*other.scenarios.front().from);
    changed->scenarios.front().restart = true;
    other.scenarios.front().from = changed;
    std::uint32_t found_count = 0;
    for (std::uint32_t cycle = 0; cycle < cycles_count; ++cycle) {
        try {
            check.look_at(0, cycle);
        } catch (const plan_differs& defect) {
            ++found_count;
            EXPECT_THAT(defect.what(), HasSubstr("the plan of cycle " + std::to_string(cycle) +
                                                 " of t/s/x is 0x"));
        }
    }
    // One of twenty: far beyond six standard deviations of a binomial count.
    EXPECT_GT(found_count, cycles_count / plan_check::one_of / 2);
    EXPECT_LT(found_count, cycles_count / plan_check::one_of * 2);
}

}  // namespace
}  // namespace stormdrain
