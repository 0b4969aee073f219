#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

judgement examined(const cycle_record& record, idle_promise promise = idle_promise::close_now) {
    promises promised;
    promised.at_stop.idle_keep_alive = promise;
    return judge(*find_check("goaway_connection_kept"), record, promised);
}

TEST(GoawayConnectionKept, ReportsAConnectionThatStaysOpenBehindItsLastStream) {
    cycle_record record = clean_record();
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
    add_http2(record, stopped_connection());
    EXPECT_EQ(examined(record).outcome, kind::kept);
    http2_connection_row row = stopped_connection();
    row.ended = stop_at + 2s;
    row.closed_by_server = false;
    add_http2(record, row);
    const judgement found = examined(record);
    EXPECT_EQ(found.outcome, kind::broken);
    EXPECT_THAT(found.findings.front().message,
                HasSubstr("connection 4 was still open 1.96 s after its GOAWAY"));
}

// Go's net/http waits for a second, and its timer is late at times.
TEST(GoawayConnectionKept, LeavesTheGoawayAMomentToBeRead) {
    cycle_record record = clean_record();
    http2_connection_row row = stopped_connection();
    row.ended = *row.quiet_since + 1012ms;
    add_http2(record, row);
    EXPECT_EQ(examined(record).outcome, kind::kept);
    row.ended = *row.quiet_since + 1501ms;
    add_http2(record, row);
    EXPECT_EQ(examined(record).outcome, kind::broken);
}

TEST(GoawayConnectionKept, IsNotJudgedWhereNothingIsPromised) {
    cycle_record record = clean_record();
    add_http2(record, stopped_connection());
    EXPECT_EQ(examined(record, idle_promise::wait_timeout).outcome, kind::not_applicable);
}

TEST(GoawayConnectionKept, DoesNotWaitForAConnectionWhoseStreamsGoOn) {
    cycle_record record = clean_record();
    http2_connection_row row = stopped_connection();
    row.quiet_since.reset();
    row.ended = stop_at + 5s;
    add_http2(record, row);
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
}

}  // namespace
}  // namespace stormdrain
