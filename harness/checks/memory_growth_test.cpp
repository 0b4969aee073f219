#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_records;

TEST(MemoryGrowth, IsOnlyAWarning) {
    const auto points = points_of({10, 10, 10, 10, 11, 12, 13, 14, 15});
    const judgement result = find_check("memory_growth")->examine_series(points);
    EXPECT_EQ(result.outcome, judgement::kind::kept);
    ASSERT_EQ(result.findings.size(), 1U);
    EXPECT_EQ(result.findings.front().how_bad, severity::warning);
    EXPECT_THAT(result.findings.front().message,
                testing::HasSubstr("resident bytes from 10485760 to 15728640, 1048576 a cycle"));
}

TEST(MemoryGrowth, KeepsQuietBelowItsThreshold) {
    const auto points = points_of({30, 30, 30, 30, 31, 32, 33, 34, 35});
    const judgement result = find_check("memory_growth")->examine_series(points);
    EXPECT_EQ(result.outcome, judgement::kind::kept);
    EXPECT_TRUE(result.findings.empty());
}

}  // namespace
}  // namespace stormdrain
