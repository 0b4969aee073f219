#include "harness/process/machine/open_files.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

namespace stormdrain {
namespace {

TEST(OpenFiles, AreRaisedToTheHardLimit) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit low = before;
    low.rlim_cur = 64;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    EXPECT_EQ(open_files_max(), 64U);
    raise_open_files_max();
    EXPECT_EQ(open_files_max(), before.rlim_max);
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace stormdrain
