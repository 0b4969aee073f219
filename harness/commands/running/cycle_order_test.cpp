#include "harness/commands/running/cycle_order.hpp"

#include "harness/commands/plan_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

using turn = std::pair<std::size_t, std::size_t>;  // scenario, count

std::vector<turn> take(cycle_order& order, std::size_t turns_max, std::size_t worker = 0) {
    std::vector<turn> turns;
    while (turns.size() < turns_max) {
        const std::optional<cycle_run> run = order.next(worker);
        if (!run) {
            break;
        }
        turns.emplace_back(run->scenario, run->count);
    }
    return turns;
}

TEST(CycleOrder, OneByOneEndsAScenarioBeforeTheNext) {
    const plan planned = plan_of({scenario_of(2), scenario_of(1)});
    cycle_order order(planned, turn_taking::one_by_one);
    EXPECT_THAT(take(order, 9), ElementsAre(Pair(0, 1), Pair(0, 1), Pair(1, 1)));
}

TEST(CycleOrder, OneByOneKeepsAnInProcessScenarioTogether) {
    const plan planned = plan_of({scenario_of(500, target_lifecycle::in_process)});
    cycle_order order(planned, turn_taking::one_by_one);
    EXPECT_THAT(take(order, 9), ElementsAre(Pair(0, 500)));
}

TEST(CycleOrder, SpreadReachesEveryScenarioBeforeItRepeatsOne) {
    const plan planned = plan_of({scenario_of(3), scenario_of(1), scenario_of(2)});
    cycle_order order(planned, turn_taking::spread);
    EXPECT_THAT(take(order, 9), ElementsAre(Pair(0, 1), Pair(1, 1), Pair(2, 1),  //
                                            Pair(0, 1), Pair(0, 1), Pair(2, 1)));
}

TEST(CycleOrder, SpreadAdvancesAllByTheSameShareAfterTheFirstFew) {
    const plan planned = plan_of({scenario_of(6), scenario_of(12)});
    cycle_order order(planned, turn_taking::spread);
    EXPECT_THAT(take(order, 6), ElementsAre(Pair(0, 1), Pair(1, 1), Pair(0, 1), Pair(0, 1),
                                            Pair(1, 1), Pair(1, 1)));
    // A half of one is done, and a quarter of the other: that goes on until both are level.
    EXPECT_THAT(take(order, 3), ElementsAre(Pair(1, 1), Pair(1, 1), Pair(1, 1)));
    EXPECT_THAT(take(order, 3), ElementsAre(Pair(0, 1), Pair(1, 1), Pair(1, 1)));
}

TEST(CycleOrder, SpreadGivesAnInProcessServerRunsOfCycles) {
    const plan planned = plan_of({scenario_of(150, target_lifecycle::in_process)});
    cycle_order order(planned, turn_taking::spread);
    EXPECT_THAT(take(order, 9), ElementsAre(Pair(0, 3), Pair(0, 100), Pair(0, 47)));
}

TEST(CycleOrder, AnInProcessScenarioStaysWithTheWorkerThatBeganIt) {
    const plan planned = plan_of({scenario_of(10, target_lifecycle::in_process)});
    cycle_order order(planned, turn_taking::spread);
    EXPECT_THAT(take(order, 1, 1), ElementsAre(Pair(0, 3)));
    EXPECT_THAT(take(order, 9, 0), IsEmpty());
    EXPECT_THAT(take(order, 9, 1), ElementsAre(Pair(0, 7)));
}

TEST(CycleOrder, LeavesOutWhatIsSkippedOrDropped) {
    std::vector<planned_scenario> scenarios{scenario_of(1), scenario_of(5), scenario_of(1)};
    scenarios[0].skipped_because = "no route";
    const plan planned = plan_of(std::move(scenarios));
    cycle_order order(planned, turn_taking::spread);
    EXPECT_THAT(take(order, 1), ElementsAre(Pair(1, 1)));
    order.drop(1);
    EXPECT_THAT(take(order, 9), ElementsAre(Pair(2, 1)));
}

TEST(CycleOrder, PairsAlternateWhoBeginsAndAdvanceTogether) {
    const plan planned = plan_of({scenario_of(4), scenario_of(4), scenario_of(2), scenario_of(2)});
    cycle_order order(planned, turn_taking::in_pairs);
    std::vector<std::size_t> turns;
    for (const turn& each : take(order, 20)) {
        turns.push_back(each.first);
    }
    EXPECT_THAT(turns, ElementsAre(0, 1, 2, 3, 1, 0, 0, 1, 3, 2, 1, 0));
}

TEST(CycleOrder, PairsOfWorkersRunSideBySide) {
    const plan planned = plan_of({scenario_of(2), scenario_of(2)});
    cycle_order order(planned, turn_taking::in_pairs);
    EXPECT_THAT(take(order, 1, 0), ElementsAre(Pair(0, 1)));
    EXPECT_THAT(take(order, 1, 1), ElementsAre(Pair(1, 1)));
    EXPECT_THAT(take(order, 1, 1), ElementsAre(Pair(1, 1)));
    EXPECT_THAT(take(order, 1, 0), ElementsAre(Pair(0, 1)));
    EXPECT_THAT(take(order, 1, 0), IsEmpty());
}

TEST(CycleOrder, PairsOfProcessesGetRunsOfCycles) {
    const plan planned = plan_of({scenario_of(15, target_lifecycle::in_process),
                                  scenario_of(15, target_lifecycle::in_process)});
    cycle_order order(planned, turn_taking::in_pairs);
    EXPECT_THAT(take(order, 9), ElementsAre(Pair(0, 10), Pair(1, 10), Pair(1, 5), Pair(0, 5)));
}

// Goal: a worker that finds nothing to do ends, so nothing may be kept for it.
TEST(CycleOrder, PairsOfProcessesStayWithOneWorker) {
    const plan planned = plan_of({scenario_of(15, target_lifecycle::in_process),
                                  scenario_of(15, target_lifecycle::in_process)});
    cycle_order order(planned, turn_taking::in_pairs);
    EXPECT_THAT(take(order, 1, 0), ElementsAre(Pair(0, 10)));
    EXPECT_THAT(take(order, 9, 1), IsEmpty());
    EXPECT_THAT(take(order, 9, 0), ElementsAre(Pair(1, 10), Pair(1, 5), Pair(0, 5)));
}

TEST(CycleOrder, PairsAreDroppedAsAWhole) {
    const plan planned = plan_of({scenario_of(4), scenario_of(4)});
    cycle_order order(planned, turn_taking::in_pairs);
    EXPECT_THAT(take(order, 1), ElementsAre(Pair(0, 1)));
    order.drop(1);
    EXPECT_THAT(take(order, 9), IsEmpty());
}

TEST(CycleOrder, BeginsAgain) {
    const plan planned = plan_of({scenario_of(1)});
    cycle_order order(planned, turn_taking::one_by_one);
    EXPECT_THAT(take(order, 9), ElementsAre(Pair(0, 1)));
    order.begin_again();
    EXPECT_THAT(take(order, 9), ElementsAre(Pair(0, 1)));
}

}  // namespace
}  // namespace stormdrain
