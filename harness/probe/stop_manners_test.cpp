#include "harness/probe/stop_manners.hpp"

#include "harness/checks/record_builder.hpp"
#include "harness/probe/probe_fixture.hpp"
#include "harness/probe/stop_times.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_probes;
using testing::HasSubstr;
using testing::Optional;

measured_stop measure(evidence_by_condition stops) {
    return measure_stop(stops, {}, patience);
}

// Four requests in their handlers at the stop, all answered.
cycle_record all_answered() {
    cycle_record record = stopped_after(100ms);
    record.has_load = true;
    record.requests.started = 4;
    record.requests.ordinary = 4;
    record.stop.held = {held_condition::in_flight};
    return record;
}

TEST(InFlight, IsCompletedWhenNobodyWhoWasOwedAnAnswerMissedIt) {
    evidence_by_condition stops;
    stops["in_flight"] = cycles({all_answered()});
    EXPECT_EQ(measure(stops).in_flight.value, in_flight_promise::complete);
}

TEST(InFlight, IsTruncatedWhenALargeAnswerIsCut) {
    cycle_record cut = all_answered();
    testing_records::add_request(
        cut, testing_records::with_half_a_response(testing_records::cut_request(stop_at - 500ms)));
    cut.requests.unusual.back().ended = stop_at + 10ms;
    evidence_by_condition stops;
    stops["in_flight"] = cycles({all_answered()});
    stops["in_flight_large"] = cycles({cut});
    const auto seen = measure(stops).in_flight;
    EXPECT_EQ(seen.value, in_flight_promise::truncate);
    EXPECT_THAT(seen.evidence, HasSubstr("owed answers came in 1 of 1 cycle, large ones whole in "
                                         "0 of 1 cycle"));
}

TEST(Listener, IsJudgedByStopsThatLast) {
    cycle_record at_once = stopped_after(3s);
    cycle_record at_exit = stopped_after(3s);
    at_exit.stop.listener_gone = stop_at + 3s;
    cycle_record later = stopped_after(3s);
    later.stop.listener_gone = stop_at + 2s;
    evidence_by_condition stops;
    stops["silent"] = cycles({at_once, stopped_after(5ms)});
    EXPECT_EQ(measure(stops).listener.value, listener_promise::close_at_once);
    stops["silent"] = cycles({at_exit});
    EXPECT_EQ(measure(stops).listener.value, listener_promise::at_exit);
    stops["silent"] = cycles({later});
    EXPECT_EQ(measure(stops).listener.value, listener_promise::lame_duck);
}

TEST(Listener, IsNotJudgedByStopsThatNobodyTried) {
    EXPECT_EQ(measure({}).listener, (measured<listener_promise>{{}, std::string(not_tried)}));
    evidence_by_condition stops;
    stops["accept_queue"] = cycles({stopped_after(3s)});
    EXPECT_EQ(measure(stops).listener.value, std::nullopt);
}

TEST(Backlog, NeedsAConnectionThatWasInTheQueue) {
    cycle_record record = all_answered();
    record.stop.held_at_trigger.emplace();
    evidence_by_condition stops;
    stops["accept_queue"] = cycles({record});
    EXPECT_EQ(measure(stops).drains_backlog.value, std::nullopt);
    held_at queued;
    queued.accepted = false;
    record.stop.held_at_trigger->rows = {queued, queued};
    stops["accept_queue"] = cycles({record});
    EXPECT_THAT(measure(stops).drains_backlog.value, Optional(true));
    testing_records::add_request(record, testing_records::cut_request(stop_at - 50ms));
    record.requests.unusual.back().ended = stop_at + 10ms;
    stops["accept_queue"] = cycles({record});
    EXPECT_THAT(measure(stops).drains_backlog.value, Optional(false));
}

// Sent 500 ms after the stop.
cycle_record again_and(duration ended_after) {
    injection sent = delivered();
    sent.struck = stop_at + 500ms;
    return with_fault(stopped_after(500ms + ended_after), "second_signal", sent);
}

TEST(SecondSignal, ForcesWhatWouldGoOnOtherwise) {
    evidence_by_condition stops;
    stops["silent"] = cycles({never_stopped("")});
    stops["second_signal"] = cycles({again_and(3ms)});
    EXPECT_EQ(measure(stops).second_signal.value, second_signal_promise::force);
}

TEST(SecondSignal, IsIgnoredWhenNothingChanges) {
    evidence_by_condition stops;
    stops["silent"] = cycles({stopped_after(4s)});
    stops["second_signal"] = cycles({again_and(3500ms)});
    EXPECT_EQ(measure(stops).second_signal.value, second_signal_promise::ignored);
    stops["silent"] = cycles({never_stopped("")});
    stops["second_signal"] = cycles({with_fault(never_stopped(""), "second_signal", delivered())});
    EXPECT_EQ(measure(stops).second_signal.value, second_signal_promise::ignored);
}

TEST(SecondSignal, CannotBeToldWhenTheStopIsAlmostOver) {
    evidence_by_condition stops;
    stops["silent"] = cycles({stopped_after(600ms)});
    stops["second_signal"] = cycles({again_and(100ms)});
    EXPECT_EQ(measure(stops).second_signal.value, std::nullopt);
}

evidence_by_condition idle_closed_after(duration closed, duration stop_took) {
    injection idle = delivered();
    idle.server_closed = stop_at + closed;
    evidence_by_condition stops;
    stops["idle_keep_alive"] = cycles({stopped_after(5ms)});
    stops["idle_beside_others"] =
        cycles({with_fault(stopped_after(stop_took), "idle_keep_alive", idle)});
    return stops;
}

TEST(IdleKeepAlive, IsClosedNowWhereAnotherHoldsTheStop) {
    EXPECT_EQ(measure(idle_closed_after(5ms, 3s)).idle_keep_alive.value, idle_promise::close_now);
    EXPECT_EQ(measure(idle_closed_after(3s, 3s)).idle_keep_alive.value, idle_promise::wait_timeout);
}

TEST(IdleKeepAlive, IsNotToldByAnExitThatClosesEverything) {
    EXPECT_EQ(measure(idle_closed_after(5ms, 6ms)).idle_keep_alive.value, std::nullopt);
}

TEST(IdleKeepAlive, IsKeptWhereItHoldsTheStopForEver) {
    evidence_by_condition stops;
    stops["idle_keep_alive"] =
        cycles({with_fault(never_stopped(""), "idle_keep_alive", delivered())});
    EXPECT_EQ(measure(stops).idle_keep_alive.value, idle_promise::keep);
}

TEST(IdleKeepAlive, AndWhatBecomesIdleAreNotMeasuredUntried) {
    const measured_stop seen = measure({});
    EXPECT_TRUE(seen.times.empty());
    EXPECT_EQ(seen.idle_keep_alive.evidence, not_tried);
    EXPECT_EQ(seen.becomes_idle.evidence, not_tried);
    EXPECT_EQ(seen.connections_at_exit.evidence, not_tried);
}

TEST(BecomesIdle, IsWaitedForWhenItHoldsTheStopLongerThanTheRequest) {
    evidence_by_condition stops;
    stops["in_flight"] = cycles({stopped_after(200ms)});
    stops["becomes_idle"] = cycles({stopped_after(210ms)});
    EXPECT_EQ(measure(stops).becomes_idle.value, becomes_idle_promise::close);
    stops["becomes_idle"] = cycles({stopped_after(5s)});
    EXPECT_EQ(measure(stops).becomes_idle.value, becomes_idle_promise::wait);
}

}  // namespace
}  // namespace stormdrain
