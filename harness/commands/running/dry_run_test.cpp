#include "harness/commands/running/dry_run.hpp"

#include "harness/commands/plan_fixture.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace stormdrain {
namespace {

using testing::HasSubstr;

std::string said(const plan& planned) {
    std::ostringstream out;
    say_what_would_run(out, planned);
    return out.str();
}

plan with_name(planned_scenario scenario, const std::string& id) {
    scenario.id = id;
    plan planned = plan_of({std::move(scenario)});
    planned.run_seed = 0x5eed;
    return planned;
}

// 1 - 0.05^(1/n): what happens in one of two cycles or more is missed by five cycles in one of
// twenty runs, by 299 cycles what happens in one of a hundred.
TEST(DryRun, SaysWhatTheCyclesCanShow) {
    const std::string few = said(with_name(scenario_of(5), "target/suite/few"));
    EXPECT_THAT(few, HasSubstr("target/suite/few\n    5 cycles, shows what breaks 45.1 % of them"));
    EXPECT_THAT(few, HasSubstr("; cycle 0 has the seed " +
                               to_hex(cycle_seed(0x5eed, "target/suite/few", 0)) + "\n"));
    EXPECT_THAT(few, HasSubstr("1 scenarios, 0 of them skipped, 5 cycles, seed 0x5eed, plan 0x"));
    EXPECT_THAT(said(with_name(scenario_of(299), "a/b/c")), HasSubstr("breaks 1 % of them"));
}

TEST(DryRun, SaysWhatIsSkippedAndWhy) {
    planned_scenario scenario = scenario_of(0);
    scenario.skipped_because = "it has no route \"large\"";
    const std::string page = said(with_name(scenario, "a/b/c"));
    EXPECT_THAT(page, HasSubstr("a/b/c\n    skipped: it has no route \"large\"\n"));
    EXPECT_THAT(page, HasSubstr("1 of them skipped, 0 cycles"));
}

TEST(DryRun, AShardMayHaveNoCycleOfAScenario) {
    EXPECT_THAT(said(with_name(scenario_of(0), "a/b/c")), HasSubstr("a/b/c\n    no cycle\n"));
}

}  // namespace
}  // namespace stormdrain
