#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;

TEST(ThreadGrowth, IsOnlyAWarning) {
    const auto points = points_of({10, 10, 10, 10, 11, 12, 13, 14, 15});
    const judgement result = find_check("thread_growth")->examine_series(points);
    EXPECT_EQ(result.outcome, judgement::kind::kept);
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings.front().how_bad, severity::warning);
    EXPECT_THAT(result.findings.front().message,
                testing::HasSubstr("threads from 10 to 15, 1 a cycle"));
}

TEST(ThreadGrowth, KeepsQuietBelowItsThreshold) {
    const auto points = points_of({10, 10, 10, 10, 11, 10, 11, 12, 13});
    const judgement result = find_check("thread_growth")->examine_series(points);
    EXPECT_EQ(result.outcome, judgement::kind::kept);
    EXPECT_TRUE(result.findings.empty());
}

}  // namespace
}  // namespace stormdrain
