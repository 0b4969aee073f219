#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;

cycle_record with_recovery(recovery after) {
    cycle_record record = clean_record();
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "descriptor_limit";
    fault.point = "serving";
    fault.planned_count = fault.delivered_count = 1;
    injection& one = fault.injections.emplace_back();
    one.delivered = true;
    one.proof = "limit 20 with 20 open";
    one.struck = 1s;
    one.ended = 1500ms;
    one.after = std::move(after);
    return record;
}

judgement examine(const cycle_record& record) {
    return find_check("recovery_failed")->examine(record, {});
}

TEST(RecoveryFailed, PassesAServerThatServesAgain) {
    EXPECT_EQ(examine(with_recovery({true, 3ms, ""})), kept());
}

TEST(RecoveryFailed, ReportsAServerThatStaysDeaf) {
    const judgement said = examine(with_recovery({false, {}, "no answer within 5 s"}));
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_EQ(said.findings.front().message,
              "promised to serve again once a fault is over: fault descriptor_limit struck at "
              "1.000 s and was over at 1.500 s (limit 20 with 20 open): no answer within 5 s");
}

TEST(RecoveryFailed, SaysNothingWithoutSuchAFault) {
    EXPECT_EQ(examine(clean_record()).outcome, judgement::kind::not_applicable);
}

}  // namespace
}  // namespace stormdrain
