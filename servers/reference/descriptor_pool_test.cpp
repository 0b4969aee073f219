#include "servers/reference/descriptor_pool.hpp"

#include <gtest/gtest.h>

namespace reference {
namespace {

TEST(DescriptorPool, FillsUpAndStays) {
    descriptor_pool pool(3, 0);
    for (const std::size_t held : {1U, 2U, 3U, 3U, 3U}) {
        pool.begin_life();
        EXPECT_EQ(pool.held_count(), held);
    }
}

TEST(DescriptorPool, IsEmptiedNowAndThen) {
    descriptor_pool pool(100, 4);
    for (const std::size_t held : {1U, 2U, 3U, 1U, 2U, 3U, 4U, 1U}) {
        pool.begin_life();
        EXPECT_EQ(pool.held_count(), held);
    }
}

TEST(DescriptorPool, TakesNothingUnlessAsked) {
    descriptor_pool pool(0, 0);
    pool.begin_life();
    EXPECT_EQ(pool.held_count(), 0U);
}

}  // namespace
}  // namespace reference
