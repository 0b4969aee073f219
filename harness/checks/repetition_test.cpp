#include "harness/checks/repetition.hpp"

#include "harness/checks/record_builder.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

using namespace testing_records;

bool repeats(const cycle_record& record) {
    return is_worth_repeating(record, judge_all(record, {}));
}

TEST(Repetition, IsForWhatCouldNotBeJudged) {
    EXPECT_FALSE(repeats(clean_record()));

    cycle_record late = clean_record();
    late.stop.moment_reached = false;
    EXPECT_TRUE(repeats(late));

    cycle_record undelivered = clean_record();
    undelivered.faults = {{"slow_reader", {}, "response_body", 1, 0, {}}};
    EXPECT_TRUE(repeats(undelivered));

    cycle_record overtaken = clean_record();
    overtaken.faults = {{"slow_reader", {}, "response_body", 0, 0, {}}};
    overtaken.faults.front().overtaken_count = 4;
    EXPECT_TRUE(repeats(overtaken));
    overtaken.faults.push_back({"half_close", {}, "handler", 2, 2, {}});
    EXPECT_FALSE(repeats(overtaken));

    cycle_record starved = clean_record();
    starved.health.canary_slip_max = 300ms;
    EXPECT_TRUE(repeats(starved));
}

TEST(Repetition, NeverTakesARedBack) {
    cycle_record hanging = clean_record();
    hang(hanging);
    hanging.faults = {{"slow_reader", {}, "response_body", 1, 0, {}}};
    EXPECT_FALSE(repeats(hanging));
}

}  // namespace
}  // namespace stormdrain
