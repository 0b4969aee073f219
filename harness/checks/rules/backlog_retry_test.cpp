#include "harness/checks/rules/backlog_retry.hpp"

#include <gmock/gmock.h>

namespace stormdrain::rules {
namespace {

using namespace std::chrono_literals;
TEST(BacklogRetry, IsExcusedWithAQueueAsLongAsDeclared) {
    EXPECT_FALSE(is_shorter_than_declared({511, 4096}, 511));
    EXPECT_FALSE(is_shorter_than_declared({512, 4096}, 511));
    EXPECT_TRUE(is_shorter_than_declared({510, 4096}, 511));
}

TEST(BacklogRetry, DoesNotBlameTheServerForTheKernelsCap) {
    EXPECT_FALSE(is_shorter_than_declared({128, 128}, 511));
    EXPECT_TRUE(is_shorter_than_declared({127, 128}, 511));
    EXPECT_TRUE(is_shorter_than_declared({128, 0}, 511)) << "the cap is not known";
}

}  // namespace
}  // namespace stormdrain::rules
