#include "harness/checks/held_states.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

constexpr connection_id held_connection = 3;

held_at seen_in(tcp_state state) {
    held_at seen;
    seen.client.id = held_connection;
    seen.server_state = state;
    return seen;
}

// A stop after the load that one fault's connection was to find in the condition, and did.
cycle_record holding(held_condition condition) {
    cycle_record record = clean_record();
    record.stop.moment = "after_load";
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "some_fault";
    fault.point = "idle";
    fault.holds = condition;
    fault.planned_count = fault.delivered_count = 1;
    injection& one = fault.injections.emplace_back();
    one.connection = held_connection;
    one.delivered = true;
    one.struck = stop_at - 500ms;
    one.ended = stop_at + 100ms;
    record.stop.held_at_trigger.emplace();
    record.stop.held_at_trigger->count = 1;
    record.stop.held_at_trigger->rows.push_back(seen_in(tcp_state::established));
    return record;
}

injection& injection_of(cycle_record& record) {
    return record.faults.front().injections.front();
}

std::string why_not_shown_in(held_condition condition, tcp_state state) {
    const held_at seen = seen_in(state);
    return why_not_shown(condition, &seen);
}

TEST(WhyNotShown, AHeldConnectionIsEstablishedAndAccepted) {
    for (int index = 1; index < held_conditions_count; ++index) {
        const auto condition = static_cast<held_condition>(index);
        if (condition == held_condition::half_closed ||
            condition == held_condition::stalled_reader ||
            condition == held_condition::fin_ignored) {
            continue;
        }
        EXPECT_EQ(why_not_shown_in(condition, tcp_state::established), "") << to_text(condition);
        EXPECT_EQ(why_not_shown_in(condition, tcp_state::fin_wait_2),
                  "the server's socket was FIN_WAIT_2")
            << to_text(condition);
    }
}

TEST(WhyNotShown, WhatWaitsInTheQueueOrIsGoneIsNoState) {
    held_at queued = seen_in(tcp_state::established);
    queued.accepted = false;
    EXPECT_EQ(why_not_shown(held_condition::silent, &queued), "the server had not accepted it");
    EXPECT_EQ(why_not_shown(held_condition::silent, nullptr), "the server had no socket any more");
}

TEST(WhyNotShown, AStalledReaderLeavesTheServerSomethingToSend) {
    held_at seen = seen_in(tcp_state::established);
    EXPECT_EQ(why_not_shown(held_condition::stalled_reader, &seen),
              "the server had nothing more to send");
    seen.send_queue_bytes = 1;
    EXPECT_EQ(why_not_shown(held_condition::stalled_reader, &seen), "");
    seen.server_state = tcp_state::fin_wait_1;
    EXPECT_EQ(why_not_shown(held_condition::stalled_reader, &seen),
              "the server's socket was FIN_WAIT_1");
}

TEST(WhyNotShown, AnIdleConnectionHasNothingUnderWay) {
    held_at seen = seen_in(tcp_state::established);
    seen.receive_queue_bytes = 1;
    EXPECT_EQ(why_not_shown(held_condition::idle_keep_alive, &seen),
              "something was still under way");
    EXPECT_EQ(why_not_shown(held_condition::partial_header, &seen), "");
    // A quiet client acknowledges an answer late (RFC 1122 section 4.2.3.2).
    seen.receive_queue_bytes = 0;
    seen.send_queue_bytes = 250;
    EXPECT_EQ(why_not_shown(held_condition::idle_keep_alive, &seen), "");
}

TEST(WhyNotShown, AnIgnoredFinMayHaveBeenSentAlready) {
    for (const tcp_state state :
         {tcp_state::established, tcp_state::fin_wait_1, tcp_state::fin_wait_2}) {
        EXPECT_EQ(why_not_shown_in(held_condition::fin_ignored, state), "");
    }
    EXPECT_EQ(why_not_shown_in(held_condition::fin_ignored, tcp_state::close_wait),
              "the server's socket was CLOSE_WAIT");
    EXPECT_EQ(why_not_shown(held_condition::fin_ignored, nullptr),
              "the server had no socket any more");
}

TEST(WhyNotShown, AHalfClosedConnectionHasOurFin) {
    EXPECT_EQ(why_not_shown_in(held_condition::half_closed, tcp_state::close_wait), "");
    EXPECT_EQ(why_not_shown_in(held_condition::half_closed, tcp_state::last_ack), "");
    EXPECT_EQ(why_not_shown_in(held_condition::half_closed, tcp_state::established),
              "the server's socket was ESTABLISHED");
}

TEST(WhyStateNotReached, IsEmptyWhenItStood) {
    EXPECT_EQ(why_state_not_reached(holding(held_condition::silent)), "");
    EXPECT_EQ(why_state_not_reached(clean_record()), "");
}

TEST(WhyStateNotReached, SaysThatTheServerHadClosedIt) {
    cycle_record record = holding(held_condition::idle_keep_alive);
    injection_of(record).server_closed = stop_at - 40ms;
    EXPECT_EQ(why_state_not_reached(record),
              "the state idle_keep_alive was not reached: connection 3 was closed by the server "
              "40 ms before the stop");
    injection_of(record).server_closed = stop_at + 1ms;
    EXPECT_EQ(why_state_not_reached(record), "");
}

TEST(WhyStateNotReached, AnIgnoredFinStandsUntilTheServerLetsGo) {
    cycle_record record = holding(held_condition::fin_ignored);
    record.stop.held_at_trigger->rows.front().server_state = tcp_state::fin_wait_2;
    injection_of(record).server_closed = stop_at - 20ms;
    EXPECT_EQ(why_state_not_reached(record), "");
    injection_of(record).server_released = stop_at - 10ms;
    EXPECT_EQ(why_state_not_reached(record),
              "the state fin_ignored was not reached: connection 3 was closed by the server 10 ms "
              "before the stop");
    // It said that it would: it waits for nobody's goodbye, and need not.
    injection_of(record).close_announced = true;
    EXPECT_EQ(why_state_not_reached(record), "");
}

TEST(WhyStateNotReached, SaysThatItStoodTooLateOrNeverOrNotLongEnough) {
    cycle_record late = holding(held_condition::silent);
    injection_of(late).struck = stop_at + 1ms;
    EXPECT_THAT(why_state_not_reached(late), HasSubstr("connection 3 stood only after the stop"));
    cycle_record brief = holding(held_condition::in_flight);
    injection_of(brief).ended = stop_at - 5ms;
    EXPECT_THAT(why_state_not_reached(brief), HasSubstr("was over 5 ms before the stop"));
    cycle_record overtaken = holding(held_condition::silent);
    overtaken.faults.front().injections.clear();
    EXPECT_EQ(why_state_not_reached(overtaken),
              "the state silent was not reached: the stop came before it stood");
}

TEST(WhyStateNotReached, BelievesTheKernel) {
    cycle_record record = holding(held_condition::vanished);
    record.stop.held_at_trigger->rows.clear();
    EXPECT_THAT(why_state_not_reached(record),
                HasSubstr("of connection 3 the server had no socket any more"));
    // It may be one of those for which there was no room.
    record.stop.held_at_trigger->count = connections_held_at::rows_max + 1;
    EXPECT_EQ(why_state_not_reached(record), "");
}

TEST(WhyStateNotReached, LooksBeforeTheStopWhereThereWasNoTimeAtIt) {
    cycle_record record = holding(held_condition::silent);
    std::swap(record.stop.held_at_trigger, record.stop.held_before_trigger);
    EXPECT_EQ(why_state_not_reached(record), "");
    record.stop.held_before_trigger->rows.front().server_state = tcp_state::close_wait;
    EXPECT_THAT(why_state_not_reached(record), HasSubstr("CLOSE_WAIT"));
}

TEST(WhyStateNotReached, IsContentWithOneConnectionOfSeveral) {
    cycle_record record = holding(held_condition::silent);
    fault_record& fault = record.faults.front();
    fault.injections.push_back(fault.injections.front());
    fault.injections.front().server_closed = stop_at - 1ms;
    EXPECT_EQ(why_state_not_reached(record), "");
}

TEST(WhyStateNotReached, TakesAnAnsweredHalfClosedConnectionForReached) {
    cycle_record record = holding(held_condition::half_closed);
    record.stop.held_at_trigger->rows.clear();
    injection_of(record).response_complete = true;
    injection_of(record).ended = stop_at - 5ms;
    EXPECT_EQ(why_state_not_reached(record), "");
    injection_of(record).ended = stop_at + 5ms;  // read late
    EXPECT_EQ(why_state_not_reached(record), "");
    injection_of(record).response_complete = false;
    EXPECT_THAT(why_state_not_reached(record), HasSubstr("the server had no socket any more"));
    // One that hangs up on who says nothing more has read that: the close was read late.
    injection_of(record).server_closed = stop_at + 2ms;
    EXPECT_EQ(why_state_not_reached(record), "");
}

TEST(WhyStateNotReached, ExpectsNothingAtRest) {
    cycle_record record = holding(held_condition::silent);
    record.stop.moment = "at_rest";
    injection_of(record).ended = stop_at - 1s;
    EXPECT_EQ(why_state_not_reached(record), "");
}

TEST(WhyStateNotReached, TakesTheKernelsWordForAClose) {
    cycle_record answered = holding(held_condition::half_closed);
    answered.stop.held_at_trigger->rows.clear();
    injection_of(answered).server_closed = stop_at + 1ms;  // read late
    injection_of(answered).server_released = stop_at - 30ms;
    EXPECT_EQ(why_state_not_reached(answered), "");
    cycle_record vanished = holding(held_condition::vanished);
    injection_of(vanished).server_released = stop_at - 30ms;
    EXPECT_THAT(why_state_not_reached(vanished), HasSubstr("30 ms before the stop"));
}

// Goal: a server that ends what it holds before the stop, as it may, is neither red nor green.
TEST(Checks, DoNotJudgeAStopByAStateThatDidNotStand) {
    const check& deadline = *find_check("shutdown_deadline");
    cycle_record record = holding(held_condition::silent);
    EXPECT_EQ(judge(deadline, record, {}).outcome, kind::kept);
    injection_of(record).server_closed = stop_at - 40ms;
    EXPECT_EQ(judge(deadline, record, {}).outcome, kind::not_judged);
    EXPECT_THAT(judge(deadline, record, {}).reason, HasSubstr("40 ms before the stop"));
    EXPECT_EQ(judge(*find_check("exit_status"), record, {}).outcome, kind::kept);
    hang(record);
    EXPECT_EQ(judge(deadline, record, {}).outcome, kind::not_judged);
    injection_of(record).server_closed.reset();
    EXPECT_EQ(judge(deadline, record, {}).outcome, kind::broken);
}

}  // namespace
}  // namespace stormdrain
