#include "harness/load/engine/engine_tally.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

TEST(EngineTally, AddsUpWhatThreadsDidAtTheSameTime) {
    engine_tally one;
    one.requests.started = 3;
    one.requests.latency_from_intended.record(5ms);
    one.requests.send_lag.record(1ms);
    one.unsent_count = 1;
    one.closed_while_idle = 2;
    one.unasked_answers = 3;
    one.goaways_count = 4;
    one.unprocessed_count = 5;
    one.held_back = 7s;
    one.lasted = 2s;
    engine_tally both = one;
    one.lasted = 1s;
    both.add(one);
    EXPECT_EQ(both.requests.started, 6U);
    EXPECT_EQ(both.requests.latency_from_intended.count(), 2U);
    EXPECT_EQ(both.requests.send_lag.count(), 2U);
    EXPECT_EQ(both.unsent_count, 2U);
    EXPECT_EQ(both.closed_while_idle, 4U);
    EXPECT_EQ(both.unasked_answers, 6U);
    EXPECT_EQ(both.goaways_count, 8U);
    EXPECT_EQ(both.unprocessed_count, 10U);
    EXPECT_EQ(both.held_back, 7s);
    EXPECT_EQ(both.lasted, 2s);
}

}  // namespace
}  // namespace stormdrain
