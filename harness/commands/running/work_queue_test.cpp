#include "harness/commands/running/work_queue.hpp"

#include "harness/commands/plan_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const time_point begin{};

std::vector<std::uint32_t> drain(work_queue& queue, std::size_t worker, time_point now = begin) {
    std::vector<std::uint32_t> indices;
    while (const std::optional<cycle_work> work = queue.next(worker, now)) {
        indices.push_back(work->index);
    }
    return indices;
}

TEST(WorkQueue, HandsOutEveryCycleOnce) {
    const plan planned = plan_of({scenario_of(2), scenario_of(3)});
    work_queue queue(planned, {}, begin, 1);
    EXPECT_THAT(drain(queue, 0), ElementsAre(0, 1, 0, 1, 2));
    EXPECT_EQ(queue.cut_short_because(), "");
}

TEST(WorkQueue, KeepsAnInProcessScenarioWithOneWorkerAndMarksItsLastCycle) {
    const plan planned = plan_of({scenario_of(2, target_lifecycle::in_process)});
    work_queue queue(planned, {}, begin, 2);
    EXPECT_FALSE(queue.next(0, begin)->last);
    EXPECT_FALSE(queue.next(1, begin).has_value());
    EXPECT_TRUE(queue.next(0, begin)->last);
    EXPECT_FALSE(queue.next(0, begin).has_value());
}

TEST(WorkQueue, SkipsWhatCannotRunOnTheTarget) {
    std::vector<planned_scenario> scenarios{scenario_of(2), scenario_of(1)};
    scenarios[0].skipped_because = "no route";
    const plan planned = plan_of(std::move(scenarios));
    work_queue queue(planned, {}, begin, 1);
    EXPECT_EQ(queue.next(0, begin)->scenario, 1U);
}

TEST(WorkQueue, EndsWhenTheRunsBudgetIsSpentAndSaysSo) {
    const plan planned = plan_of({scenario_of(5)});
    work_queue queue(planned, {.budget = 10s}, begin, 1);
    EXPECT_TRUE(queue.next(0, begin + 9s).has_value());
    EXPECT_FALSE(queue.next(0, begin + 10s).has_value());
    EXPECT_THAT(queue.cut_short_because(), testing::HasSubstr("budget"));
}

TEST(WorkQueue, GoesToTheNextScenarioWhenOnesBudgetIsSpent) {
    const plan planned = plan_of({scenario_of(5, target_lifecycle::process, 2s), scenario_of(1)});
    work_queue queue(planned, {}, begin, 1);
    EXPECT_EQ(queue.next(0, begin)->scenario, 0U);
    EXPECT_EQ(queue.next(0, begin + 3s)->scenario, 1U);
}

TEST(WorkQueue, GivesAStarvedCycleAgainButNotForEver) {
    const plan planned = plan_of({scenario_of(1)});
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
    const plan planned = plan_of({scenario_of(5)});
    work_queue queue(planned, {.fail_fast = true}, begin, 1);
    const std::optional<cycle_work> work = queue.next(0, begin);
    ASSERT_TRUE(work.has_value());
    queue.broken(0, *work);
    EXPECT_FALSE(queue.next(0, begin).has_value());
}

TEST(WorkQueue, UntilFailGoesOnWithNewCycleNumbers) {
    const plan planned = plan_of({scenario_of(2)});
    work_queue queue(planned, {.until_fail = true}, begin, 1);
    std::vector<std::uint32_t> indices;
    for (int taken = 0; taken < 5; ++taken) {
        indices.push_back(queue.next(0, begin)->index);
    }
    EXPECT_THAT(indices, ElementsAre(0, 1, 2, 3, 4));
    queue.broken(0, cycle_work());
    EXPECT_FALSE(queue.next(0, begin).has_value());
}

TEST(WorkQueue, AScenarioThatIsToBeRuledOutEndsWithWhatItBreaks) {
    const plan planned = plan_of({scenario_of(5), scenario_of(3)});
    work_queue queue(planned, {.until_broken = true}, begin, 1);
    queue.next(0, begin);
    const std::optional<cycle_work> second = queue.next(0, begin);
    ASSERT_TRUE(second.has_value());
    queue.broken(0, *second);
    std::vector<std::size_t> turns;
    while (const std::optional<cycle_work> work = queue.next(0, begin)) {
        turns.push_back(work->scenario);
    }
    EXPECT_THAT(turns, ElementsAre(1, 1, 1));
    EXPECT_THAT(queue.cut_short_because(), testing::HasSubstr("the first promise that it breaks"));
}

TEST(WorkQueue, AnInProcessServerThatBrokeAPromiseIsEndedByOneMoreCycle) {
    const plan planned = plan_of({scenario_of(9, target_lifecycle::in_process)});
    work_queue queue(planned, {.until_broken = true}, begin, 1);
    const std::optional<cycle_work> first = queue.next(0, begin);
    ASSERT_TRUE(first.has_value());
    EXPECT_FALSE(first->last);
    queue.broken(0, *first);
    const std::optional<cycle_work> goodbye = queue.next(0, begin);
    ASSERT_TRUE(goodbye.has_value());
    EXPECT_TRUE(goodbye->last);
    EXPECT_FALSE(queue.next(0, begin).has_value());
}

TEST(WorkQueue, CountsTheReplaysOfACycle) {
    plan planned = plan_of({scenario_of(1)});
    planned.scenarios[0].cycles = {7, 7, 7, 9, 9, 9};
    work_queue queue(planned, {}, begin, 1);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> taken;
    while (const std::optional<cycle_work> work = queue.next(0, begin)) {
        taken.emplace_back(work->index, work->replay);
    }
    EXPECT_THAT(taken, ElementsAre(testing::Pair(7, 0), testing::Pair(7, 1), testing::Pair(7, 2),
                                   testing::Pair(9, 0), testing::Pair(9, 1), testing::Pair(9, 2)));
}

TEST(WorkQueue, UntilFailEndsWhenThereIsNothingToRun) {
    const plan planned = plan_of({});
    work_queue queue(planned, {.until_fail = true}, begin, 1);
    EXPECT_FALSE(queue.next(0, begin).has_value());
}

TEST(WorkQueue, EndsALivingInProcessServerWhenTheRunIsCutShort) {
    const plan planned = plan_of({scenario_of(5, target_lifecycle::in_process)});
    work_queue queue(planned, {.budget = 10s}, begin, 2);
    EXPECT_FALSE(queue.next(0, begin)->last);
    const std::optional<cycle_work> goodbye = queue.next(0, begin + 11s);
    ASSERT_TRUE(goodbye.has_value());
    EXPECT_TRUE(goodbye->last);
    EXPECT_FALSE(queue.next(0, begin + 11s).has_value());
    EXPECT_FALSE(queue.next(1, begin + 11s).has_value());
}

TEST(WorkQueue, CountsOnlyTheTimeOfAScenariosOwnCycles) {
    const plan planned = plan_of({scenario_of(9, target_lifecycle::process, 4s), scenario_of(9)});
    work_queue queue(planned, {.budget = 1h}, begin, 1);
    std::vector<std::size_t> turns;
    time_point now = begin;
    while (const std::optional<cycle_work> work = queue.next(0, now)) {
        turns.push_back(work->scenario);
        now += work->scenario == 0 ? 1s : 10s;
    }
    // Four cycles of a second each, whatever the other's took in between.
    EXPECT_EQ(std::ranges::count(turns, 0U), 4);
    EXPECT_EQ(std::ranges::count(turns, 1U), 9);
    EXPECT_THAT(queue.cut_short_because(), testing::HasSubstr("a scenario"));
}

TEST(WorkQueue, EndsAProcessBetweenTheRunsThatShareABudget) {
    const plan planned = plan_of({scenario_of(5, target_lifecycle::in_process), scenario_of(1)});
    work_queue queue(planned, {.budget = 1h}, begin, 1);
    std::vector<bool> last;
    while (const std::optional<cycle_work> work = queue.next(0, begin)) {
        last.push_back(work->last);
    }
    EXPECT_THAT(last, ElementsAre(false, false, true, true, false, true));
}

struct ranked {
    std::uint32_t cycles_count;
    duration length;  // of a cycle
    target_lifecycle lifecycle = target_lifecycle::process;
};

// The 27 scenarios of the night, with cycles as they are planned and about as long as they take.
std::vector<ranked> a_night() {
    std::vector<ranked> rows;
    for (int number = 1; number <= 27; ++number) {
        rows.push_back({number % 2 == 0 ? 3U : 20U, number % 3 == 0 ? 4s : 1s});
    }
    rows[3] = {6000, 150ms};
    rows[6] = {1500, 400ms};
    rows[19] = {1500, 100ms};
    rows[26] = {2000, 80ms, target_lifecycle::in_process};
    return rows;
}

TEST(WorkQueue, TwentyMinutesReachEverythingAndGoToTheRacesForTheMostPart) {
    const std::vector<ranked> rows = a_night();
    std::vector<planned_scenario> scenarios;
    for (const ranked& row : rows) {
        scenarios.push_back(scenario_of(row.cycles_count, row.lifecycle));
    }
    const plan planned = plan_of(std::move(scenarios));
    work_queue queue(planned, {.budget = 20min}, begin, 1);
    std::vector<duration> spent(rows.size());
    std::vector<std::uint32_t> done(rows.size());
    time_point now = begin;
    while (const std::optional<cycle_work> work = queue.next(0, now)) {
        now += rows[work->scenario].length;
        spent[work->scenario] += rows[work->scenario].length;
        EXPECT_EQ(work->index, done[work->scenario]++);
    }
    EXPECT_THAT(done, testing::Each(testing::Ge(3U)));
    EXPECT_GT(spent[3] + spent[6] + spent[19] + spent[26], (now - begin) * 6 / 10);
    EXPECT_THAT(now - begin, testing::AllOf(testing::Ge(20min), testing::Lt(20min + 5s)));
}

TEST(WorkQueue, SaysNothingOfABudgetThatWasSpentWhenAllWasDone) {
    const plan planned = plan_of({scenario_of(1, target_lifecycle::process, 2s)});
    work_queue queue(planned, {}, begin, 1);
    EXPECT_TRUE(queue.next(0, begin).has_value());
    EXPECT_FALSE(queue.next(0, begin + 3s).has_value());
    EXPECT_EQ(queue.cut_short_because(), "");
}

}  // namespace
}  // namespace stormdrain
