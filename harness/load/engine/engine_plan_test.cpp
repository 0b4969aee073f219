#include "harness/load/engine/engine_plan.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

TEST(BurstOf, ConnectsEachClientOnceWithinTheTime) {
    const engine_plan burst = burst_of({}, 500, 100ms);
    EXPECT_EQ(burst.clients_count, 500U);
    EXPECT_EQ(burst.requests_count, 500U);
    EXPECT_EQ(burst.requests_per_connection, 1U);
    EXPECT_TRUE(is_open_loop(burst));
    arrival_schedule schedule(burst.open_loop, {}, burst.of_load);
    for (int count = 0; count < 499; ++count) {
        schedule.take();
    }
    EXPECT_LT(schedule.next(), 100ms);
    EXPECT_GT(schedule.next(), 99ms);
}

}  // namespace
}  // namespace stormdrain
