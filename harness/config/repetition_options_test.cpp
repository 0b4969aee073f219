#include "harness/config/repetition_options.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

TEST(RepetitionOptions, TakeHowOftenACycleComesAgain) {
    invocation asked;
    EXPECT_EQ(repetition_options::set_replays(asked, "50"), "");
    EXPECT_EQ(asked.replays_count, 50U);
    for (const std::string_view wrong : {"0", "100001", "-1", "many", ""}) {
        EXPECT_NE(repetition_options::set_replays(asked, wrong), "") << wrong;
    }
}

TEST(RepetitionOptions, TakeAShareOfTheCycles) {
    invocation asked;
    EXPECT_EQ(repetition_options::set_until_bound(asked, "0.1%"), "");
    ASSERT_TRUE(asked.until_bound);
    EXPECT_DOUBLE_EQ(*asked.until_bound, 0.001);
    for (const std::string_view wrong : {"0.1", "0%", "51%", "%", ""}) {
        EXPECT_NE(repetition_options::set_until_bound(asked, wrong), "") << wrong;
    }
}

}  // namespace
}  // namespace stormdrain
