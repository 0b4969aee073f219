#include "harness/plan/known_finding.hpp"

#include "harness/plan/suite.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(KnownFinding, SaysWhereItIsDocumented) {
    const known_finding silent{"shutdown_deadline",
                               "*",
                               "hyperium/hyper#2730",
                               "0.14",
                               "it waits for a first request",
                               1.0,
                               5};
    EXPECT_EQ(to_text(silent), "hyperium/hyper#2730 (0.14): it waits for a first request");
    EXPECT_EQ(to_text(known_finding{"idle_cpu", "*", "ours", "", "", 1.0, 8}), "ours");
}

TEST(KnownIn, NamesThoseOfAScenario) {
    const known_finding silent{
        "shutdown_deadline", "shutdown_cycles/held/*silent*", "a", "", "", 1.0, 1};
    const known_finding all{"idle_cpu", "*", "b", "", "", 1.0, 2};
    EXPECT_THAT(known_in({silent, all}, "shutdown_cycles", "held/faults=silent"),
                ElementsAre(silent, all));
    EXPECT_THAT(known_in({silent, all}, "shutdown_cycles", "held/faults=idle"), ElementsAre(all));
    EXPECT_THAT(known_in({silent}, "process_truth", "held/faults=silent"), IsEmpty());
}

TEST(PatternsWithoutScenario, AreThoseThatNameASuiteInVain) {
    suite from;
    from.name = "shutdown_cycles";
    from.scenarios.emplace_back().name = "held/faults=silent";
    known_finding what;
    what.scenario = "shutdown_cycles/held/*silent*:shutdown_cycles/hold/*:other/*:*/gone";
    EXPECT_THAT(patterns_without_scenario(what, from), ElementsAre("shutdown_cycles/hold/*"));
    what.scenario = "shutdown_cycles/*:-shutdown_cycles/gone";
    EXPECT_THAT(patterns_without_scenario(what, from), IsEmpty()) << "nothing has to be left out";
}

}  // namespace
}  // namespace stormdrain
