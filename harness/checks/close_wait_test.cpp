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

}  // namespace
}  // namespace stormdrain
