#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;
using testing::HasSubstr;

void record_times(latency_histogram& times, int count, duration each) {
    for (int number = 0; number < count; ++number) {
        times.record(each);
    }
}

// 60 small answers on one connection: the first ten at once, as Linux acknowledges them; then a
// trial of ten.
cycle_record stalled(duration stall, duration on_trial) {
    cycle_record record = clean_record();
    record.requests.started = record.requests.ordinary = 60;
    record.requests.reused_connection = 59;
    record.requests.response_bytes_max = 150;
    record_times(record.requests.receiving_time, 10, 20us);
    record_times(record.requests.receiving_time, 40, stall);
    record_times(record.requests.acknowledged_receiving_time, 10, on_trial);
    return record;
}

judgement judged(const cycle_record& record) {
    return judge(*find_check("nagle_stall"), record, {});
}

TEST(NagleStall, IsFoundWhereAPromptAcknowledgementEndsIt) {
    const judgement result = judged(stalled(44ms, 100us));
    ASSERT_EQ(result.outcome, judgement::kind::broken);
    EXPECT_THAT(result.findings.front().message,
                AllOf(HasSubstr("half of 50 small answers took 4"), HasSubstr("RFC 896"),
                      HasSubstr("TCP_NODELAY")));
}

TEST(NagleStall, IsNotAHandlerThatIsAsSlow) {
    EXPECT_EQ(judged(stalled(44ms, 44ms)).outcome, judgement::kind::kept);
    EXPECT_EQ(judged(stalled(44ms, 16ms)).outcome, judgement::kind::kept);
}

TEST(NagleStall, LastsAsLongAsADelayedAcknowledgement) {
    EXPECT_EQ(judged(stalled(34ms, 100us)).outcome, judgement::kind::kept);
    EXPECT_EQ(judged(stalled(62ms, 100us)).outcome, judgement::kind::kept);
    EXPECT_EQ(judged(stalled(20us, 0us)).outcome, judgement::kind::kept);
}

TEST(NagleStall, NeedsSmallAnswersOnReusedConnectionsAndATrial) {
    cycle_record record = stalled(44ms, 100us);
    record.requests.reused_connection = 19;
    EXPECT_EQ(judged(record).outcome, judgement::kind::not_applicable);
    record = stalled(44ms, 100us);
    record.requests.response_bytes_max = 16 * 1024 + 1;
    EXPECT_EQ(judged(record).outcome, judgement::kind::not_applicable);
    record = stalled(44ms, 100us);
    record.requests.acknowledged_receiving_time = {};
    EXPECT_EQ(judged(record).outcome, judgement::kind::not_applicable);
    record.has_load = false;
    EXPECT_EQ(judged(record).outcome, judgement::kind::not_applicable);
}

}  // namespace
}  // namespace stormdrain
