#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;
using kind = judgement::kind;

judgement examined(const cycle_record& record, const promises& promised = {}) {
    return judge(*find_check("output_alarm"), record, promised);
}

TEST(OutputAlarm, ShowsTheLine) {
    cycle_record record = clean_record();
    record.output.alarms = {"ERROR: AddressSanitizer: heap-use-after-free"};
    const judgement result = examined(record);
    ASSERT_EQ(result.outcome, kind::broken);
    EXPECT_THAT(result.findings.front().message, HasSubstr("heap-use-after-free"));
}

TEST(OutputAlarm, SaysNothingOfOutputThatNobodySees) {
    cycle_record record = clean_record();
    record.output.sink = output_sink::nothing;
    EXPECT_EQ(examined(record).outcome, kind::not_applicable);
}

}  // namespace
}  // namespace stormdrain
