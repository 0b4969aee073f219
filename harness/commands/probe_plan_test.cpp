#include "harness/commands/probe_plan.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

scenario named(std::string name, std::vector<std::string> tags = {}) {
    scenario made;
    made.name = std::move(name);
    made.tags = std::move(tags);
    return made;
}

suite two_conditions() {
    suite made;
    made.name = "probe";
    made.scenarios = {named("nothing_held"), named("keep_alive_timeout", {"running", "patience"})};
    made.scenarios.back().load.emplace();
    return made;
}

target server_with_two_modes() {
    target made;
    made.name = "mine";
    made.ports["http"];
    made.routes["small"];
    made.stop["graceful"].promises.exit_within_while[held_condition::silent] = {};
    made.stop["fast"];
    return made;
}

probe_plan made_plan(std::vector<std::string> conditions = {}) {
    probe_request request;
    request.patience = 12s;
    request.conditions = std::move(conditions);
    return make_probe_plan(two_conditions(), server_with_two_modes(), request);
}

std::vector<std::string> ids_of(const plan& planned) {
    std::vector<std::string> ids;
    for (const planned_scenario& scenario : planned.scenarios) {
        ids.push_back(scenario.id);
    }
    return ids;
}

TEST(ProbePlan, AsksEveryStopModeAndTheRunningServerOnce) {
    const probe_plan made = made_plan();
    EXPECT_THAT(ids_of(made.planned), ElementsAre("mine/probe/at_fast/nothing_held",
                                                  "mine/probe/at_graceful/nothing_held",
                                                  "mine/probe/running/keep_alive_timeout"));
    ASSERT_THAT(made.places, SizeIs(3));
    EXPECT_EQ(made.places[1].mode, "graceful");
    EXPECT_EQ(made.places[2].mode, "");
    EXPECT_EQ(made.places[2].condition, "keep_alive_timeout");
}

TEST(ProbePlan, AsksOnlyForTheConditionsThatAreNamed) {
    EXPECT_THAT(
        ids_of(made_plan({"nothing_held"}).planned),
        ElementsAre("mine/probe/at_fast/nothing_held", "mine/probe/at_graceful/nothing_held"));
    EXPECT_THAT(ids_of(made_plan({"keep_alive_timeout"}).planned),
                ElementsAre("mine/probe/running/keep_alive_timeout"));
}

TEST(ProbePlan, AsksForAnswersThatNeverComeWhereTheyMayBeCut) {
    suite conditions;
    conditions.name = "probe";
    conditions.scenarios = {named("in_flight_endless", {"cutting"})};
    target server = server_with_two_modes();
    server.stop["fast"].promises.in_flight = in_flight_promise::truncate;
    const probe_plan made = make_probe_plan(conditions, server, probe_request{});
    EXPECT_THAT(ids_of(made.planned), ElementsAre("mine/probe/at_fast/in_flight_endless"));
}

TEST(ProbePlan, LeavesTheContractOpenForAsLongAsItsPatience) {
    const probe_plan made = made_plan();
    const planned_scenario& graceful = made.planned.scenarios[1];
    const contract& open = graceful.server->stop.at("graceful").promises;
    const exit_deadline limit = deadline_for(open, {held_condition::silent});
    EXPECT_EQ(limit.after_stop, duration(12s));
    EXPECT_FALSE(limit.release_first);
}

TEST(ProbePlan, WatchesTheRunningServerForAsLongAsItsPatience) {
    const probe_plan made = made_plan();
    EXPECT_EQ(made.planned.scenarios[2].what().load->think_time, duration(12s));
}

TEST(ProbePlan, RepeatsWhatEndedAndNotWhatTookAllThePatience) {
    const probe_plan made = made_plan();
    const plan first = first_round(made.planned);
    EXPECT_EQ(first.cycles_count(), 3U);
    probe_evidence seen;
    cycle_record over;
    over.stop.finished = 1s;
    cycle_record endless;
    endless.stop.escalations.push_back({"SIGKILL", 15s});
    evidence_at(seen, made.places[0]).cycles = {over};
    evidence_at(seen, made.places[1]).cycles = {endless};
    evidence_at(seen, made.places[2]).cycles = {over};  // and no connection was ended
    const plan second = second_round(made, seen);
    EXPECT_THAT(second.scenarios[0].cycles, ElementsAre(1, 2));
    EXPECT_THAT(second.scenarios[1].cycles, IsEmpty());
    EXPECT_THAT(second.scenarios[2].cycles, IsEmpty());
}

TEST(ProbePlan, WatchesAgainWhatWasEnded) {
    const probe_plan made = made_plan();
    injection ended;
    ended.delivered = true;
    ended.server_closed = 5s;
    cycle_record record;
    record.faults.emplace_back().injections.push_back(ended);
    probe_evidence seen;
    evidence_at(seen, made.places[2]).cycles = {record};
    EXPECT_THAT(second_round(made, seen).scenarios[2].cycles, ElementsAre(1, 2));
}

}  // namespace
}  // namespace stormdrain
