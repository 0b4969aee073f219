#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

judgement examined(const cycle_record& record, const promises& promised = {}) {
    return judge(*find_check("orphan_process"), record, promised);
}

TEST(OrphanProcess, ReportsTheLivingAndWarnsOfZombies) {
    cycle_record record = clean_record();
    record.orphans.push_back(process(77, "worker", 'Z'));
    const judgement warning = examined(record);
    EXPECT_EQ(warning.outcome, kind::kept);
    ASSERT_EQ(warning.findings.size(), 1U);
    EXPECT_EQ(warning.findings.front().how_bad, severity::warning);
    record.orphans.push_back(process(78, "worker", 'S'));
    const judgement result = examined(record);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message, HasSubstr("worker (pid 78, state S"));
    EXPECT_EQ(result.findings.front().evidence.size(), 1U);
    hang(record);
    EXPECT_EQ(examined(record).outcome, kind::not_judged);
}

}  // namespace
}  // namespace stormdrain
