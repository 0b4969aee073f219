#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;

cycle_record with_cpu_share(std::optional<double> share) {
    cycle_record record = clean_record();
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "descriptor_limit";
    fault.planned_count = fault.delivered_count = 1;
    injection& one = fault.injections.emplace_back();
    one.delivered = true;
    one.proof = "limit 20 with 20 open";
    one.struck = 1s;
    one.ended = 1500ms;
    one.after = recovery{true, 3ms, "", share};
    return record;
}

judgement examine(const cycle_record& record) {
    return find_check("idle_cpu")->examine(record, {});
}

TEST(IdleCpu, PassesAServerThatWaits) {
    EXPECT_EQ(examine(with_cpu_share(0.02)), kept());
    EXPECT_EQ(examine(with_cpu_share(0.2)), kept());
}

TEST(IdleCpu, ReportsAServerThatSpins) {
    const judgement said = examine(with_cpu_share(0.981));
    ASSERT_EQ(said.outcome, judgement::kind::broken);
    EXPECT_EQ(said.findings.front().message,
              "promised to wait without spinning, 20 % of a core at most: used 98 % of a core when "
              "nothing was asked of it, under fault descriptor_limit that struck at 1.000 s (limit "
              "20 with 20 open)");
}

TEST(IdleCpu, SaysNothingWhereNothingWasMeasured) {
    EXPECT_EQ(examine(with_cpu_share({})).outcome, judgement::kind::not_applicable);
    EXPECT_EQ(examine(clean_record()).outcome, judgement::kind::not_applicable);
}

TEST(IdleCpu, KnowsWhoSpinsWithoutDescriptors) {
    cycle_record record = clean_record();
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "descriptor_limit";
    fault.planned_count = fault.delivered_count = 1;
    injection& one = fault.injections.emplace_back();
    one.delivered = true;
    one.after.emplace();
    one.after->cpu_share = 0.9;
    promises promised;
    EXPECT_EQ(judge(*find_check("idle_cpu"), record, promised).outcome, judgement::kind::broken);
    promised.while_running.at_descriptor_limit = descriptor_limit_promise::spin;
    EXPECT_EQ(judge(*find_check("idle_cpu"), record, promised).outcome,
              judgement::kind::not_applicable);
}

}  // namespace
}  // namespace stormdrain
