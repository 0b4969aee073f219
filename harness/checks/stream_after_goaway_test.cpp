#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

judgement examined(const cycle_record& record) {
    return judge(*find_check("stream_after_goaway"), record, {});
}

TEST(StreamAfterGoaway, ReportsAnswersToStreamsThatWereCalledUnprocessed) {
    cycle_record record = clean_record();
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
    add_http2(record, stopped_connection());
    EXPECT_EQ(examined(record).outcome, kind::kept);
    http2_connection_row row = stopped_connection();
    row.last_stream = 7;
    row.answered_above_goaway = 1;
    add_http2(record, row);
    const judgement found = examined(record);
    EXPECT_EQ(found.outcome, kind::broken);
    EXPECT_THAT(found.findings.front().message,
                HasSubstr("1 of 2 HTTP/2 connections had streams answered"));
    EXPECT_THAT(found.findings.front().message,
                HasSubstr("no stream above 7 is processed, and had 1 answer"));
}

}  // namespace
}  // namespace stormdrain
