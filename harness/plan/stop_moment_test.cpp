#include "harness/plan/stop_moment.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

TEST(StopMoment, HasAWordForEach) {
    int next = 0;
    for (const auto& [word, moment] : stop_moment_words()) {
        EXPECT_EQ(to_text(moment), word);
        EXPECT_EQ(static_cast<int>(moment), next++);
    }
    EXPECT_EQ(next, static_cast<int>(stop_moment::during_start) + 1);
}

TEST(StopMoment, IsTiedToALoadOrToATimeOrToNeither) {
    EXPECT_TRUE(needs_load(stop_moment::during_load));
    EXPECT_TRUE(has_offset(stop_moment::during_load));
    EXPECT_TRUE(needs_load(stop_moment::mid_response));
    EXPECT_FALSE(has_offset(stop_moment::mid_response));
    EXPECT_FALSE(needs_load(stop_moment::during_start));
    EXPECT_TRUE(has_offset(stop_moment::during_start));
    EXPECT_FALSE(needs_load(stop_moment::at_rest));
    EXPECT_FALSE(has_offset(stop_moment::at_rest));
}

}  // namespace
}  // namespace stormdrain
