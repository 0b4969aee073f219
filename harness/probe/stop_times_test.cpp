#include "harness/probe/stop_times.hpp"

#include "harness/plan/readers/suite_reader.hpp"
#include "harness/probe/probe_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

namespace stormdrain {
namespace {

using namespace testing_probes;
using testing::HasSubstr;

measured<exit_promise> time_of(std::vector<cycle_record> records) {
    evidence_by_condition stops;
    stops["silent"] = cycles(std::move(records));
    return measure_stop_times(stops, patience).at(held_condition::silent);
}

TEST(StopTimes, TakeTheLongestOfAllCycles) {
    const auto seen = time_of({stopped_after(10ms), stopped_after(30ms), stopped_after(20ms)});
    ASSERT_TRUE(seen.value);
    EXPECT_EQ(seen.value->within, duration(30ms));
    EXPECT_EQ(seen.evidence, "3 of 3 cycles, 10 ms to 30 ms");
}

TEST(StopTimes, AreUnboundedWhenOneStopIsNotOver) {
    const auto seen = time_of({stopped_after(10ms), never_stopped("stuck connection: fd 5")});
    ASSERT_TRUE(seen.value);
    EXPECT_EQ(seen.value->within, std::nullopt);
    EXPECT_EQ(seen.evidence, "none within 15 s in 1 of 2 cycles; stuck connection: fd 5");
}

TEST(StopTimes, AreNotTakenFromCyclesWhoseFaultDidNotStand) {
    injection missed;
    missed.proof = "refused";
    const auto seen = time_of({with_fault(stopped_after(10ms), "silent_connection", missed)});
    EXPECT_EQ(seen.value, std::nullopt);
    EXPECT_EQ(seen.evidence, "silent_connection could not be brought about: refused");
}

TEST(StopTimes, AreNotTakenFromAStarvedMachine) {
    cycle_record starved = never_stopped("starved: thread 7");
    starved.stop.hang->cause = hang_cause::starved;
    EXPECT_EQ(time_of({starved}).value, std::nullopt);
}

TEST(StopTimes, SayWhyAScenarioWasSkipped) {
    evidence_by_condition stops;
    stops["becomes_idle"].skipped_because = "the load needs the route \"delayed\"";
    const auto times = measure_stop_times(stops, patience);
    EXPECT_EQ(times.at(held_condition::becomes_idle).value, std::nullopt);
    EXPECT_THAT(times.at(held_condition::becomes_idle).evidence, HasSubstr("delayed"));
}

TEST(StopTimes, OfSeveralScenariosCountTogether) {
    evidence_by_condition stops;
    stops["vanished"] = cycles({stopped_after(10ms)});
    stops["vanished_in_body"] = cycles({never_stopped("")});
    const auto times = measure_stop_times(stops, patience);
    EXPECT_EQ(times.at(held_condition::vanished).value, exit_promise{});
}

TEST(PromiseFor, LeavesRoomAndIsNeverShort) {
    EXPECT_EQ(promise_for(12ms), duration(1s));
    EXPECT_EQ(promise_for(1s), duration(1500ms));
    EXPECT_EQ(promise_for(3010ms), duration(5s));
    EXPECT_EQ(promise_for(10400ms), duration(16s));
}

// What the suite holds and what is read off its records must be the same conditions.
TEST(ProbeSuite, HasAScenarioForEveryConditionThatCanBeHeld) {
    const std::filesystem::path here = std::filesystem::path(__FILE__).parent_path();
    std::vector<problem> problems;
    const auto conditions = read_suite((here / "../../suites/probe.json").string(), problems);
    ASSERT_TRUE(conditions);
    for (int index = 0; index < held_conditions_count; ++index) {
        const auto condition = static_cast<held_condition>(index);
        const bool any = std::ranges::any_of(conditions->scenarios, [&](const scenario& one) {
            return condition_of(one.name) == condition;
        });
        EXPECT_TRUE(any) << to_text(condition);
    }
}

}  // namespace
}  // namespace stormdrain
