#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

judgement examined(const cycle_record& record, const promises& promised = {}) {
    return judge(*find_check("stream_lost"), record, promised);
}

request_row lost_stream(std::uint32_t stream) {
    request_row row = on_reused(cut_request(stop_at - 10ms, request_end::end_of_stream), 0ms);
    row.stream = stream;
    row.goaway_last_stream = 9;
    return row;
}

TEST(StreamLost, ReportsAStreamThatTheGoawayCounted) {
    cycle_record record = clean_record();
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
    add_http2(record, stopped_connection());
    EXPECT_EQ(examined(record).outcome, kind::kept);
    add_request(record, lost_stream(9));
    const judgement found = examined(record);
    EXPECT_EQ(found.outcome, kind::broken);
    EXPECT_THAT(found.findings.front().message,
                HasSubstr("was not answered on stream 9, although the GOAWAY counted every stream "
                          "up to 9 among those that are"));
}

TEST(StreamLost, ExcusesStreamsAboveTheLast) {
    cycle_record record = clean_record();
    add_http2(record, stopped_connection());
    request_row row = lost_stream(11);
    row.end = request_end::unprocessed;
    add_request(record, row);
    EXPECT_EQ(examined(record).outcome, kind::kept);
    for (const char* const other : {"request_failed", "connection_severed", "unannounced_close"}) {
        EXPECT_EQ(judge(*find_check(other), record, {}).outcome, kind::kept) << other;
    }
}

TEST(StreamLost, ExcusesAFastStop) {
    cycle_record record = clean_record();
    add_http2(record, stopped_connection());
    add_request(record, lost_stream(9));
    promises promised;
    promised.at_stop.in_flight = in_flight_promise::truncate;
    EXPECT_EQ(examined(record, promised).outcome, kind::kept);
}

}  // namespace
}  // namespace stormdrain
