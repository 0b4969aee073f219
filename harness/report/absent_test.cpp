#include "harness/report/absent.hpp"

#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

scenario_result absent_scenario(const std::string& name, std::uint64_t count) {
    scenario_result scenario = testing_results::scenario(name, 100);
    scenario.absent_count = count;
    scenario.absent_because = "no complete results of shard 2/4";
    return scenario;
}

TEST(Absent, IsSaidOfAScenario) {
    EXPECT_EQ(what_is_absent(absent_scenario("a", 25)),
              "25 of 100 planned cycles are absent: no complete results of shard 2/4");
    EXPECT_EQ(what_is_absent(absent_scenario("a", 1)),
              "1 of 100 planned cycles is absent: no complete results of shard 2/4");
}

TEST(Absent, IsSaidOnceForAllScenarios) {
    run_results results = testing_results::mixed();
    EXPECT_THAT(all_that_is_absent(results), IsEmpty());
    results.scenarios.push_back(absent_scenario("a", 25));
    results.scenarios.push_back(absent_scenario("b", 100));
    EXPECT_THAT(all_that_is_absent(results),
                ElementsAre("125 planned cycles of 2 scenarios are absent: no complete results of "
                            "shard 2/4"));
}

}  // namespace
}  // namespace stormdrain
