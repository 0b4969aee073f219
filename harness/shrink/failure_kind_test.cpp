#include "harness/shrink/failure_kind.hpp"

#include "harness/checks/record_builder.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

std::optional<failure_kind> hang_with(hang_cause cause) {
    cycle_record record = testing_records::clean_record();
    testing_records::hang(record);
    if (!record.stop.hang) {
        record.stop.hang.emplace();
    }
    record.stop.hang->cause = cause;
    return failure_in(*find_check("shutdown_deadline"), record, {});
}

TEST(FailureKind, IsTheCheckAndTheCauseOfAHang) {
    const auto lost = hang_with(hang_cause::lost_wakeup);
    ASSERT_TRUE(lost.has_value());
    EXPECT_EQ(to_text(*lost), "shutdown_deadline (lost_wakeup)");
    EXPECT_TRUE(is_same(*lost, *hang_with(hang_cause::lost_wakeup)));
    EXPECT_FALSE(is_same(*lost, *hang_with(hang_cause::spinning)));
    EXPECT_TRUE(is_same(*lost, *hang_with(hang_cause::unknown))) << "it may be the same";
    EXPECT_FALSE(is_same(*lost, {"exit_status", "lost_wakeup"}));
}

TEST(FailureKind, IsNothingWhereThePromiseWasKept) {
    EXPECT_FALSE(failure_in(*find_check("shutdown_deadline"), testing_records::clean_record(), {}));
}

}  // namespace
}  // namespace stormdrain
