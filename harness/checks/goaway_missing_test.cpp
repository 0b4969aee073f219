#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

judgement examined(const cycle_record& record, goaway_promise promise = goaway_promise::once) {
    promises promised;
    promised.at_stop.goaway = promise;
    return judge(*find_check("goaway_missing"), record, promised);
}

http2_connection_row silent_connection() {
    http2_connection_row row = stopped_connection();
    row.goaways_count = 0;
    row.first_goaway.reset();
    row.last_goaway.reset();
    return row;
}

TEST(GoawayMissing, IsKeptByAServerThatAnnouncesItsStop) {
    cycle_record record = clean_record();
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
    add_http2(record, stopped_connection());
    EXPECT_EQ(examined(record).outcome, kind::kept);
    EXPECT_EQ(examined(record, goaway_promise::in_two_steps).outcome, kind::kept);
}

TEST(GoawayMissing, ReportsAConnectionThatIsClosedInSilence) {
    cycle_record record = clean_record();
    add_http2(record, stopped_connection());
    add_http2(record, silent_connection());
    const judgement found = examined(record);
    EXPECT_EQ(found.outcome, kind::broken);
    EXPECT_THAT(
        found.findings.front().message,
        HasSubstr("1 of 2 HTTP/2 connections that the stop closed heard no GOAWAY (RFC 9113 "
                  "section 6.8): connection 4 was closed at 2.050 s without a GOAWAY"));
    EXPECT_EQ(examined(record, goaway_promise::none).outcome, kind::not_applicable);
}

TEST(GoawayMissing, IsNotExpectedOfAFastStopUnlessPromised) {
    cycle_record record = clean_record();
    add_http2(record, silent_connection());
    promises promised;
    promised.at_stop.in_flight = in_flight_promise::truncate;
    EXPECT_EQ(judge(*find_check("goaway_missing"), record, promised).outcome, kind::not_applicable);
}

TEST(GoawayMissing, LooksOnlyAtWhatTheStopClosed) {
    http2_connection_row before = silent_connection();
    before.ended = stop_at - 1ms;
    http2_connection_row by_client = silent_connection();
    by_client.closed_by_server = false;
    http2_connection_row unused = silent_connection();
    unused.answered_count = 0;
    cycle_record record = clean_record();
    add_http2(record, before);
    add_http2(record, by_client);
    add_http2(record, unused);
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
}

TEST(GoawayMissing, LeavesOutWhatTheHarnessForced) {
    cycle_record record = clean_record();
    hang(record);
    http2_connection_row killed = silent_connection();
    killed.ended = record.stop.deadline + 1ms;
    add_http2(record, killed);
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
}

TEST(GoawayMissing, HoldsATargetToBothSteps) {
    cycle_record record = clean_record();
    http2_connection_row abrupt = stopped_connection();
    abrupt.first_last_stream = 7;
    add_http2(record, abrupt);
    EXPECT_EQ(examined(record).outcome, kind::kept);
    const judgement found = examined(record, goaway_promise::in_two_steps);
    EXPECT_EQ(found.outcome, kind::broken);
    EXPECT_THAT(found.findings.front().message,
                HasSubstr("excluded every stream above 7 while stream 9 was already "
                          "asked"));
}

}  // namespace
}  // namespace stormdrain
