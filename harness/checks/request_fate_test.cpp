#include "harness/checks/request_fate.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

#include <array>
#include <ostream>

namespace stormdrain {

void PrintTo(const request_fate& fate, std::ostream* out) {
    *out << "outcome " << static_cast<int>(fate.outcome) << ", finding '" << fate.finding_id
         << "', rule '" << fate.rule << "', " << fate.why;
}

namespace {

using namespace testing_records;
using testing::AllOf;
using testing::Field;
using testing::HasSubstr;

auto fails_as(std::string_view finding_id) {
    return AllOf(Field(&request_fate::outcome, request_fate::kind::failed),
                 Field(&request_fate::finding_id, finding_id));
}

auto is_excused_by(std::string_view rule) {
    return AllOf(Field(&request_fate::outcome, request_fate::kind::excused),
                 Field(&request_fate::rule, rule));
}

auto is_not_judged() {
    return Field(&request_fate::outcome, request_fate::kind::not_judged);
}

request_surroundings stopping() {
    request_surroundings around;
    around.stop_triggered = stop_at;
    around.stop_finished = stop_at + 1s;
    return around;
}

request_surroundings stopping_fast() {
    request_surroundings around = stopping();
    around.at_stop.in_flight = in_flight_promise::truncate;
    return around;
}

TEST(RequestFate, ExcusesAReusedConnectionThatRacesWithTheStop) {
    const auto row_at = [](since_start sent) {
        request_row row = on_reused(cut_request(sent), 1s);
        row.ended = stop_at + 2ms;
        return row;
    };
    EXPECT_THAT(fate_of(row_at(stop_at + 1ms), stopping()), is_excused_by("R1"));
    EXPECT_THAT(fate_of(row_at(stop_at - 50ms), stopping()), is_excused_by("R1"));
    EXPECT_THAT(fate_of(row_at(stop_at - 51ms), stopping()), fails_as("connection_severed"));
}

TEST(RequestFate, ExcusesNothingThatHadEndedBeforeTheStop) {
    request_row reused = on_reused(cut_request(stop_at - 4ms), 1ms);
    reused.ended = stop_at - 3ms;
    EXPECT_THAT(fate_of(reused, stopping()), fails_as("unannounced_close"));
    request_row fresh = cut_request(stop_at - 4ms);
    fresh.ended = stop_at - 3ms;
    EXPECT_THAT(fate_of(fresh, stopping()), fails_as("connection_severed"));
}

TEST(RequestFate, ExcusesAReusedConnectionAroundItsKeepAliveTimeoutOnly) {
    request_surroundings around;
    around.while_running.keep_alive_timeout = 5s;
    const auto fate = [&](duration idle) {
        return fate_of(on_reused(cut_request(1s), idle), around);
    };
    EXPECT_THAT(fate(4499ms), fails_as("connection_severed"));
    EXPECT_THAT(fate(4500ms), is_excused_by("R1"));
    EXPECT_TRUE(fate(5200ms).is_running_race);
    EXPECT_THAT(fate(8s), is_excused_by("R1"));
    EXPECT_FALSE(fate(8s).is_running_race) << "it was closed as promised";
}

TEST(RequestFate, ExcusesAConnectionWhoseRequestsAreUsedUp) {
    request_surroundings around;
    around.while_running.requests_per_connection_max = 3;
    request_row row = on_reused(cut_request(1s), 1ms);
    EXPECT_THAT(fate_of(row, around), is_excused_by("R1"));
    row.number_on_connection = 2;
    EXPECT_THAT(fate_of(row, around), fails_as("unannounced_close"));
}

TEST(RequestFate, DoesNotCallAnAnswerThatTricklesSilence) {
    request_row row = cut_request(1s, request_end::timed_out);
    row.response_bytes = 140;
    row.body_bytes = 20;
    row.body_announced = 100;
    EXPECT_THAT(fate_of(row, request_surroundings()).why,
                testing::HasSubstr("its answer was not whole by its deadline, after 20 of 100"));
}

TEST(RequestFate, BlamesACloseRightAfterAResponseThatDidNotAnnounceIt) {
    const request_surroundings around;
    const auto fate = [&](duration idle) {
        return fate_of(on_reused(cut_request(1s, request_end::end_of_stream), idle), around);
    };
    EXPECT_THAT(fate(199ms), fails_as("unannounced_close"));
    EXPECT_THAT(fate(200ms), fails_as("connection_severed"));
    // In the stop window it is a request that the drain lost.
    EXPECT_THAT(fate_of(on_reused(cut_request(stop_at - 60ms), 1ms),
                        [] {
                            request_surroundings stop = stopping();
                            stop.stop_triggered = stop_at - 55ms;
                            return stop;
                        }()),
                is_excused_by("R1"));
    request_row in_flight = on_reused(cut_request(stop_at - 500ms), 1ms);
    in_flight.ended = stop_at + 1ms;
    EXPECT_THAT(fate_of(in_flight, stopping()), fails_as("connection_severed"));
}

// Node resets streams so when a session has no memory left (maxSessionMemory).
TEST(RequestFate, DoesNotTakeAStreamThatIsResetForItsConnection) {
    const request_surroundings around;
    request_row row = on_reused(cut_request(1s), 0ms);
    EXPECT_THAT(fate_of(row, around), fails_as("unannounced_close"));
    row.stream = 3;
    row.error = "Connection reset by peer";
    EXPECT_THAT(fate_of(row, around), fails_as("unannounced_close"));
    row.error = "RST_STREAM ENHANCE_YOUR_CALM";
    EXPECT_THAT(fate_of(row, around), fails_as("request_failed"));
    EXPECT_EQ(fate_of(row, around).why, "had its stream reset instead of an answer");
    row.response_bytes = row.body_bytes = 5;
    EXPECT_THAT(fate_of(row, around), fails_as("response_truncated"));
    EXPECT_EQ(fate_of(row, around).why, "had its stream reset after 5 body bytes");
}

TEST(RequestFate, ExcusesAFreshConnectionByWhenItsRequestWasSent) {
    const auto fate = [](since_start sent) {
        request_row row = cut_request(sent, request_end::end_of_stream);
        row.all_sent = sent;
        row.ended = stop_at + 10ms;
        return fate_of(row, stopping());
    };
    EXPECT_THAT(fate(stop_at), is_excused_by("R2"));
    EXPECT_THAT(fate(stop_at - 100ms), is_excused_by("R2"));
    EXPECT_THAT(fate(stop_at - 101ms), fails_as("connection_severed"));
}

TEST(RequestFate, ExcusesAnUploadThatWasUnderWayAtTheStop) {
    request_row row = cut_request(500ms);
    row.all_sent.reset();
    row.ended = stop_at + 1ms;
    EXPECT_THAT(fate_of(row, stopping()), is_excused_by("R4"));
    row.ended = 1s;
    EXPECT_THAT(fate_of(row, stopping()), fails_as("connection_severed"));
}

TEST(RequestFate, OwesTheBacklogAnAnswerWhereTheContractSaysSo) {
    request_row row = cut_request(stop_at - 50ms);
    row.ended = stop_at + 5ms;
    request_surroundings around = stopping();
    EXPECT_THAT(fate_of(row, around), is_excused_by("R4"));
    around.at_stop.drains_backlog = true;
    EXPECT_THAT(fate_of(row, around), fails_as("connection_severed"));
}

TEST(RequestFate, OwesABacklogBehindALinkNothing) {
    request_surroundings around = stopping();
    around.at_stop.drains_backlog = true;
    request_row queued = cut_request(stop_at - 15ms);
    queued.ended = stop_at + 5ms;
    EXPECT_THAT(fate_of(queued, around), fails_as("connection_severed"));
    around.path.links.emplace_back().between = link_place::target_and_origins;
    EXPECT_THAT(fate_of(queued, around), fails_as("connection_severed"));
    around.path.links.emplace_back().between = link_place::load_and_target;
    EXPECT_THAT(fate_of(queued, around), is_excused_by("R4"));
    EXPECT_THAT(fate_of(cut_request(stop_at - 150ms), around), fails_as("connection_severed"));
}

TEST(RequestFate, ExcusesARefusedConnectAfterTheStopOnly) {
    EXPECT_THAT(fate_of(cut_request(stop_at, request_end::refused), stopping()),
                is_excused_by("R3"));
    EXPECT_THAT(fate_of(cut_request(1s, request_end::refused), stopping()),
                fails_as("request_failed"));
    EXPECT_THAT(fate_of(cut_request(1s, request_end::connect_failed), stopping()),
                fails_as("request_failed"));
}

// A fault on the process from 1 s to 1.5 s.
request_surroundings disturbed() {
    request_surroundings around = stopping();
    around.disturbances.push_back({"descriptor_limit", 1s, 1500ms});
    return around;
}

TEST(RequestFate, ExcusesWhatADisturbedServerCouldNotTake) {
    EXPECT_THAT(fate_of(cut_request(1s, request_end::connect_failed), disturbed()),
                is_excused_by("R20"));
    EXPECT_THAT(fate_of(cut_request(1s, request_end::refused), disturbed()), is_excused_by("R3"));
    EXPECT_THAT(fate_of(cut_request(1s, request_end::reset), disturbed()), is_excused_by("R20"));
}

TEST(RequestFate, DoesNotExcuseADisturbedServerThatCutsWhatItHad) {
    EXPECT_THAT(fate_of(on_reused(cut_request(1s), 10ms), disturbed()),
                fails_as("unannounced_close"));
    EXPECT_THAT(fate_of(with_half_a_response(cut_request(1s)), disturbed()),
                fails_as("response_truncated"));
    request_row answered = cut_request(1s, request_end::answered);
    answered.status = 500;
    EXPECT_THAT(fate_of(answered, disturbed()), fails_as("request_failed"));
}

TEST(RequestFate, DoesNotExcuseWhatCameBeforeOrLongAfterADisturbance) {
    request_row row = cut_request(900ms, request_end::refused);
    EXPECT_THAT(fate_of(row, disturbed()), fails_as("request_failed"));
    request_surroundings around = disturbed();
    around.stop_triggered = 10s;
    row = cut_request(3501ms, request_end::refused);
    EXPECT_THAT(fate_of(row, around), fails_as("request_failed"));
    row = cut_request(3499ms, request_end::refused);
    EXPECT_THAT(fate_of(row, around), is_excused_by("R3"));
}

TEST(RequestFate, ExcusesEverythingOnceTheHarnessKilledTheServer) {
    request_surroundings around = stopping();
    around.stop_triggered.reset();
    around.disturbances.push_back({"kill_server", 1s, {}});
    EXPECT_THAT(fate_of(with_half_a_response(cut_request(1s)), around), is_excused_by("R20"));
    EXPECT_THAT(fate_of(with_half_a_response(cut_request(900ms)), around),
                fails_as("response_truncated"));
}

TEST(RequestFate, ExcusesAResetAfterTheWholeBody) {
    request_row row = with_half_a_response(cut_request(1s));
    row.body_bytes = 1000;
    EXPECT_THAT(fate_of(row, {}), is_excused_by("R5"));
}

TEST(RequestFate, JudgesATruncatedResponseByTheStopsPromise) {
    request_row row = with_half_a_response(cut_request(stop_at - 200ms));
    row.ended = stop_at + 1s;
    EXPECT_THAT(fate_of(row, stopping()), fails_as("response_truncated"));
    EXPECT_THAT(fate_of(row, stopping_fast()), is_excused_by("R7"));
    row.ended = stop_at + 1001ms;
    EXPECT_THAT(fate_of(row, stopping_fast()), fails_as("response_truncated"));
    row.ended = stop_at - 1ms;
    EXPECT_THAT(fate_of(row, stopping_fast()), fails_as("response_truncated"));
}

TEST(RequestFate, CallsSilenceLostAlsoOnAFastStop) {
    request_row row = with_half_a_response(cut_request(stop_at - 200ms, request_end::timed_out));
    row.ended = stop_at + 500ms;
    EXPECT_THAT(fate_of(row, stopping_fast()), fails_as("request_failed"));
    EXPECT_THAT(fate_of(cut_request(1s, request_end::timed_out), {}), fails_as("request_failed"));
    EXPECT_THAT(fate_of(cut_request(stop_at + 1ms, request_end::timed_out), stopping()),
                is_excused_by("R2"));
}

TEST(RequestFate, ExcusesADrainStatusThatIsListed) {
    request_surroundings around = stopping();
    around.at_stop.drain_statuses = {503};
    request_row row = cut_request(stop_at + 1ms, request_end::answered);
    row.status = 503;
    EXPECT_THAT(fate_of(row, around), is_excused_by("R6"));
    EXPECT_THAT(fate_of(row, stopping()), fails_as("request_failed"));
    row.status = 500;
    EXPECT_THAT(fate_of(row, around), fails_as("request_failed"));
    // It was owed a real answer: sent whole long before the stop.
    row = cut_request(stop_at - 300ms, request_end::answered);
    row.status = 503;
    row.ended = stop_at + 1ms;
    EXPECT_THAT(fate_of(row, around), fails_as("request_failed"));
}

TEST(RequestFate, Excuses503BeforeTheStopUnderADisturbanceOnly) {
    request_row row = cut_request(1s, request_end::answered);
    row.status = 503;
    request_surroundings around = stopping();
    EXPECT_THAT(fate_of(row, around), fails_as("request_failed"));
    EXPECT_THAT(fate_of(row, disturbed()), is_excused_by("R6"));
}

TEST(RequestFate, TakesOnlyADeliveredFaultOnTheProcessForADisturbance) {
    cycle_record record = clean_record();
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "descriptor_limit";
    injection& one = fault.injections.emplace_back();
    one.struck = 1s;
    one.ended = 1500ms;
    one.delivered = true;
    EXPECT_TRUE(surroundings_of(record, {}).disturbances.empty()) << "it disturbs nobody";
    fault.disturbs_requests = true;
    EXPECT_EQ(surroundings_of(record, {}).disturbances.size(), 1U);
    one.delivered = false;
    EXPECT_TRUE(surroundings_of(record, {}).disturbances.empty()) << "it was not delivered";
}

TEST(RequestFate, IsDisturbedWhileAFaultOnTheProcessStands) {
    request_surroundings around;
    EXPECT_FALSE(was_disturbed(around, 0s, 10s));
    around.disturbances.push_back({"pause_server", 1s, 2s});
    EXPECT_FALSE(was_disturbed(around, 0s, 999ms));
    EXPECT_TRUE(was_disturbed(around, 0s, 1s));
    EXPECT_TRUE(was_disturbed(around, 2s, 9s));
    EXPECT_FALSE(was_disturbed(around, 2001ms, 9s));
    around.disturbances.push_back({"kill_server", 3s, {}});
    EXPECT_TRUE(was_disturbed(around, 100s, 101s));
}

TEST(RequestFate, BlamesAFailedHandshakeUnlessTheStopEndedIt) {
    EXPECT_THAT(fate_of(cut_request(1s, request_end::handshake_failed), stopping()),
                fails_as("handshake_failed"));
    EXPECT_THAT(fate_of(cut_request(stop_at - 5ms, request_end::handshake_failed), stopping()),
                is_excused_by("R2"));
}

TEST(RequestFate, DoesNotJudgeWhatTheHarnessDid) {
    EXPECT_THAT(fate_of(cut_request(1s, request_end::harness_failed), {}), is_not_judged());
    EXPECT_THAT(fate_of(cut_request(1s, request_end::abandoned), {}), is_not_judged());
    request_surroundings killed = stopping();
    killed.end_forced = stop_at + 3s;
    EXPECT_THAT(fate_of(cut_request(stop_at + 3s), killed), is_not_judged());
}

// Behind a link that takes 40 ms up and 60 ms down.
request_surroundings behind_a_link(request_surroundings around) {
    around.path.to_target = {40ms, 60ms};
    around.path.links.emplace_back();
    return around;
}

TEST(RequestFate, LetsARequestRaceWithTheStopForAsLongAsALinkHasItUnderWay) {
    const auto sent_before_stop = [](duration before) {
        request_row row = on_reused(cut_request(stop_at - before), 1ms);
        row.ended = stop_at + 60ms;
        return row;
    };
    EXPECT_THAT(fate_of(sent_before_stop(80ms), stopping()), fails_as("connection_severed"));
    EXPECT_THAT(fate_of(sent_before_stop(80ms), behind_a_link(stopping())), is_excused_by("R1"));
    EXPECT_THAT(fate_of(sent_before_stop(91ms), behind_a_link(stopping())),
                fails_as("connection_severed"));
    request_row fresh = cut_request(stop_at - 139ms);
    fresh.ended = stop_at + 60ms;
    EXPECT_THAT(fate_of(fresh, stopping()), fails_as("connection_severed"));
    EXPECT_THAT(fate_of(fresh, behind_a_link(stopping())), is_excused_by("R4"));
}

TEST(RequestFate, CountsTheRoundTripAsTimeThatAConnectionWasIdleForTheServer) {
    request_surroundings around;
    around.while_running.keep_alive_timeout = 5s;
    const request_row row = on_reused(cut_request(1s), 4450ms);
    EXPECT_THAT(fate_of(row, around), fails_as("connection_severed"));
    EXPECT_THAT(fate_of(row, behind_a_link(around)), is_excused_by("R1"));
    // A close right behind an answer stays what it is, however long its way.
    EXPECT_THAT(fate_of(on_reused(cut_request(1s), 1ms), behind_a_link(around)),
                fails_as("unannounced_close"));
}

TEST(RequestFate, ExcusesWhatAToxicCutAndNothingElse) {
    request_surroundings around = behind_a_link({});
    around.path.links.front().strikes = {{"limit_data_downstream", 7, 0s, 2s}};
    around.path.links.front().strikes_count = 1;
    request_row row = cut_request(1s);
    row.connection = 7;
    EXPECT_THAT(fate_of(row, around), is_excused_by("R31"));
    row.connection = 8;
    EXPECT_THAT(fate_of(row, around), fails_as("connection_severed"));
    around.path.links.front().strikes_count = 2;  // one of them nobody knows
    EXPECT_THAT(fate_of(row, around), is_not_judged());
}

TEST(RequestFate, CallsARefusalBehindALinkARefusal) {
    request_surroundings around = behind_a_link({});
    around.path.links.front().refused = {7};
    request_row row = cut_request(1s);
    row.connection = 7;
    EXPECT_THAT(fate_of(row, around), fails_as("request_failed"));
    request_surroundings later = behind_a_link(stopping());
    later.path.links.front().refused = {7};
    row = cut_request(stop_at + 1ms);
    row.connection = 7;
    EXPECT_THAT(fate_of(row, later), is_excused_by("R3"));
}

}  // namespace
}  // namespace stormdrain
