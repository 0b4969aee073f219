#include "harness/base/tick.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

TEST(NextTick, IsCommonToAllWhoAsk) {
    const time_point tick = next_tick(clock::now(), 10ms);
    EXPECT_EQ(next_tick(tick, 10ms), tick) << "it is one already";
    EXPECT_EQ(next_tick(tick + 1ns, 10ms), tick + 10ms);
    EXPECT_EQ(next_tick(tick + 9ms, 10ms), tick + 10ms);
}

}  // namespace
}  // namespace stormdrain
