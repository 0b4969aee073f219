#include "faults/link/toxic.hpp"

#include <gtest/gtest.h>

namespace stormdrain::toxics {

extern const toxic_kind connect_delay;

namespace {

TEST(ConnectDelay, DelaysTheDialAndLeavesTheStreamAlone) {
    const dial_change change = connect_delay.before_dial({250'000});
    EXPECT_EQ(change.delay, std::chrono::milliseconds(250));
    EXPECT_EQ(change.upstream, dial_change::fate::dialled);
    EXPECT_EQ(connect_delay.make({250'000}, {random_source(1), time_point{}}), nullptr);
}

}  // namespace
}  // namespace stormdrain::toxics
