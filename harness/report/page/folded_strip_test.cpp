#include "harness/report/page/folded_strip.hpp"

#include <gtest/gtest.h>

namespace stormdrain::page {
namespace {

TEST(FoldedStrip, HasAColumnAValueWhileThereIsRoom) {
    folded_strip strip;
    strip.add({3, 7, false});
    strip.add({5, 8, true});
    ASSERT_EQ(strip.columns().size(), 2U);
    EXPECT_EQ(strip.columns()[0], (strip_column{3, 3, 7, 0, 0}));
    EXPECT_EQ(strip.columns()[1], (strip_column{5, 5, 8, 1, 5}));
}

TEST(FoldedStrip, NeverLosesAnOutlier) {
    constexpr std::uint32_t cycles = 10'000;
    folded_strip strip;
    for (std::uint32_t cycle = 0; cycle < cycles; ++cycle) {
        strip.add({cycle == 4321 ? 5000.0 : 20.0, cycle, cycle == 4321});
    }
    EXPECT_LE(strip.columns().size(), folded_strip::columns_max);
    EXPECT_EQ(strip.count(), cycles);
    std::uint32_t bad = 0;
    for (const strip_column& column : strip.columns()) {
        bad += column.bad_count;
        if (column.bad_count > 0) {
            EXPECT_EQ(column.cycle, 4321U);
            EXPECT_EQ(column.bad_max, 5000);
            EXPECT_EQ(column.max, 5000);
            EXPECT_EQ(column.min, 20);
        }
    }
    EXPECT_EQ(bad, 1U);
}

TEST(FoldedStrip, NamesTheBadCycleOfAColumnBeforeASlowerGoodOne) {
    folded_strip strip;
    for (std::uint32_t cycle = 0; cycle <= folded_strip::columns_max; ++cycle) {
        strip.add({cycle == 0 ? 900.0 : 1.0, cycle, cycle == 1});
    }
    EXPECT_EQ(strip.per_column(), 2U);
    EXPECT_EQ(strip.columns()[0].cycle, 1U);
    EXPECT_EQ(strip.columns()[0].max, 900);
}

}  // namespace
}  // namespace stormdrain::page
