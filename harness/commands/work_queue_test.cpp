#include "harness/commands/work_queue.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const time_point begin{};

planned_scenario make_scenario(std::uint32_t cycles_count,
                               target_lifecycle lifecycle = target_lifecycle::process,
                               std::optional<duration> budget = {}) {
    auto server = std::make_shared<target>();
    server->lifecycle = lifecycle;
    auto from = std::make_shared<suite>();
    from->scenarios.emplace_back().budget = budget;
    planned_scenario scenario;
    scenario.server = server;
    scenario.from = from;
    for (std::uint32_t index = 0; index < cycles_count; ++index) {
        scenario.cycles.push_back(index);
    }
    return scenario;
}

plan make_plan_of(std::vector<planned_scenario> scenarios) {
    plan planned;
    planned.scenarios = std::move(scenarios);
    return planned;
}

std::vector<std::uint32_t> drain(work_queue& queue, std::size_t worker, time_point now = begin) {
    std::vector<std::uint32_t> indices;
    while (const std::optional<cycle_work> work = queue.next(worker, now)) {
        indices.push_back(work->index);
    }
    return indices;
}

TEST(WorkQueue, HandsOutEveryCycleOnce) {
    const plan planned = make_plan_of({make_scenario(2), make_scenario(3)});
    work_queue queue(planned, {}, begin, 1);
    EXPECT_THAT(drain(queue, 0), ElementsAre(0, 1, 0, 1, 2));
    EXPECT_EQ(queue.cut_short_because(), "");
}

TEST(WorkQueue, KeepsAnInProcessScenarioWithOneWorkerAndMarksItsLastCycle) {
    const plan planned = make_plan_of({make_scenario(2, target_lifecycle::in_process)});
    work_queue queue(planned, {}, begin, 2);
    EXPECT_FALSE(queue.next(0, begin)->last);
    EXPECT_FALSE(queue.next(1, begin).has_value());
    EXPECT_TRUE(queue.next(0, begin)->last);
    EXPECT_FALSE(queue.next(0, begin).has_value());
}

TEST(WorkQueue, SkipsWhatCannotRunOnTheTarget) {
    std::vector<planned_scenario> scenarios{make_scenario(2), make_scenario(1)};
    scenarios[0].skipped_because = "no route";
    const plan planned = make_plan_of(std::move(scenarios));
    work_queue queue(planned, {}, begin, 1);
    EXPECT_EQ(queue.next(0, begin)->scenario, 1U);
}

TEST(WorkQueue, EndsWhenTheRunsBudgetIsSpentAndSaysSo) {
    const plan planned = make_plan_of({make_scenario(5)});
    work_queue queue(planned, {.budget = 10s}, begin, 1);
    EXPECT_TRUE(queue.next(0, begin + 9s).has_value());
    EXPECT_FALSE(queue.next(0, begin + 10s).has_value());
    EXPECT_THAT(queue.cut_short_because(), testing::HasSubstr("budget"));
}

TEST(WorkQueue, GoesToTheNextScenarioWhenOnesBudgetIsSpent) {
    const plan planned =
        make_plan_of({make_scenario(5, target_lifecycle::process, 2s), make_scenario(1)});
    work_queue queue(planned, {}, begin, 1);
    EXPECT_EQ(queue.next(0, begin)->scenario, 0U);
    EXPECT_EQ(queue.next(0, begin + 3s)->scenario, 1U);
}

TEST(WorkQueue, GivesAStarvedCycleAgainButNotForEver) {
    const plan planned = make_plan_of({make_scenario(1)});
    work_queue queue(planned, {}, begin, 1);
    cycle_work work = *queue.next(0, begin);
    for (std::uint32_t attempt = 1; attempt < work_queue::attempts_max; ++attempt) {
        ASSERT_TRUE(queue.again(0, work));
        work = *queue.next(0, begin);
        EXPECT_EQ(work.attempt, attempt);
        EXPECT_EQ(work.index, 0U);
    }
    EXPECT_FALSE(queue.again(0, work));
}

TEST(WorkQueue, FailFastEndsAfterTheFirstBrokenPromise) {
    const plan planned = make_plan_of({make_scenario(5)});
    work_queue queue(planned, {.fail_fast = true}, begin, 1);
    EXPECT_TRUE(queue.next(0, begin).has_value());
    queue.broken();
    EXPECT_FALSE(queue.next(0, begin).has_value());
}

TEST(WorkQueue, UntilFailGoesOnWithNewCycleNumbers) {
    const plan planned = make_plan_of({make_scenario(2)});
    work_queue queue(planned, {.until_fail = true}, begin, 1);
    std::vector<std::uint32_t> indices;
    for (int taken = 0; taken < 5; ++taken) {
        indices.push_back(queue.next(0, begin)->index);
    }
    EXPECT_THAT(indices, ElementsAre(0, 1, 2, 3, 4));
    queue.broken();
    EXPECT_FALSE(queue.next(0, begin).has_value());
}

TEST(WorkQueue, UntilFailEndsWhenThereIsNothingToRun) {
    const plan planned = make_plan_of({});
    work_queue queue(planned, {.until_fail = true}, begin, 1);
    EXPECT_FALSE(queue.next(0, begin).has_value());
}

TEST(WorkQueue, EndsALivingInProcessServerWhenTheRunIsCutShort) {
    const plan planned = make_plan_of({make_scenario(5, target_lifecycle::in_process)});
    work_queue queue(planned, {.budget = 10s}, begin, 2);
    EXPECT_FALSE(queue.next(0, begin)->last);
    const std::optional<cycle_work> goodbye = queue.next(0, begin + 11s);
    ASSERT_TRUE(goodbye.has_value());
    EXPECT_TRUE(goodbye->last);
    EXPECT_FALSE(queue.next(0, begin + 11s).has_value());
    EXPECT_FALSE(queue.next(1, begin + 11s).has_value());
}

TEST(WorkQueue, SaysNothingOfABudgetThatWasSpentWhenAllWasDone) {
    const plan planned = make_plan_of({make_scenario(1, target_lifecycle::process, 2s)});
    work_queue queue(planned, {}, begin, 1);
    EXPECT_TRUE(queue.next(0, begin).has_value());
    EXPECT_FALSE(queue.next(0, begin + 3s).has_value());
    EXPECT_EQ(queue.cut_short_because(), "");
}

}  // namespace
}  // namespace stormdrain
