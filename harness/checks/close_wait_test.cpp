#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::AllOf;
using testing::HasSubstr;
using kind = judgement::kind;

TEST(CloseWait, IsReportedByItsOwnCheckOnly) {
    cycle_record record = clean_record();
    hold_at_rest(record, server_socket(17, 40112, tcp_state::close_wait),
                 closed_connection(40112, "fault half_close"));
    EXPECT_EQ(judge(*find_check("descriptor_leak"), record, {}).outcome, kind::kept);
    const judgement result = judge(*find_check("close_wait"), record, {});
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_EQ(result.findings.front().evidence.size(), 1U);
    EXPECT_THAT(result.findings.front().message,
                AllOf(HasSubstr("promised to release a connection within 10 s"),
                      HasSubstr("1 socket of 10 connections still held after 12 s"),
                      HasSubstr("CLOSE_WAIT")));
}

TEST(CloseWait, IsReportedOfConnectionsToOrigins) {
    cycle_record record = clean_record();
    hold_upstream_at_rest(record, 21, 50001, tcp_state::close_wait);
    // In the pool since before the load: that it was known does not excuse it.
    record.rest.baseline->processes.front().descriptors =
        record.rest.at_rest->processes.front().descriptors;
    EXPECT_EQ(judge(*find_check("descriptor_leak"), record, {}).outcome, kind::kept);
    const judgement result = judge(*find_check("close_wait"), record, {});
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message,
                AllOf(HasSubstr("1 socket to origins still held after 12 s"),
                      HasSubstr("fd 21 TCP CLOSE_WAIT"),
                      HasSubstr("origin web, connection 3, 2 requests, opened at 1.000 s, "
                                "closed_by_origin at 1.500 s, 12 s before this census")));
}

TEST(CloseWait, SaysNothingOfAConnectionInThePool) {
    cycle_record record = clean_record();
    hold_upstream_at_rest(record, 21, 50001, tcp_state::established);
    record.rest.upstream.clear();  // its origin has not ended it
    EXPECT_EQ(judge(*find_check("close_wait"), record, {}).outcome, kind::kept);
    EXPECT_EQ(judge(*find_check("descriptor_leak"), record, {}).outcome, kind::kept);
}

}  // namespace
}  // namespace stormdrain
