#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

judgement examined(const cycle_record& record, const promises& promised = {}) {
    return judge(*find_check("start_failed"), record, promised);
}

TEST(StartFailed, ReportsAServerThatNeverServes) {
    cycle_record record = clean_record();
    record.start.failure = "not listening on http";
    record.start.served.reset();
    record.output.tail = "bind: address in use\n";
    const judgement result = examined(record);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message, HasSubstr("not listening on http"));
    EXPECT_THAT(result.findings.front().evidence,
                testing::Contains("output: bind: address in use"));
    EXPECT_EQ(judge(*find_check("shutdown_deadline"), record, {}).reason,
              "the server did not start");
    EXPECT_EQ(judge(*find_check("port_held"), record, {}).outcome, kind::kept);
}

}  // namespace
}  // namespace stormdrain
