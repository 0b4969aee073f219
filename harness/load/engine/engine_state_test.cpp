#include "harness/load/engine/engine_state.hpp"

#include <gmock/gmock.h>

#include <set>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

TEST(PartOf, AddsUpToTheWhole) {
    std::uint64_t whole = 0;
    for (std::uint32_t number = 0; number < 3; ++number) {
        whole += part_of(1000, {number, 3});
        EXPECT_GE(part_of(1000, {number, 3}), 333U);
    }
    EXPECT_EQ(whole, 1000U);
}

TEST(EngineState, GivesAClosedLoopARequestWhenItAsks) {
    engine_plan plan;
    plan.requests_count = 2;
    const time_point start = clock::now();
    engine_state state(plan, {}, start);
    EXPECT_EQ(state.take(start + 3ms)->intended, start + 3ms);
    EXPECT_EQ(state.take(start + 3ms)->id, 1U);
    EXPECT_EQ(state.take(start + 3ms), std::nullopt);
    EXPECT_TRUE(state.is_over(start));
}

TEST(EngineState, GivesAnOpenLoopWhatIsDue) {
    engine_plan plan;
    plan.open_loop.per_second = 1000;
    plan.lasts = 10ms;
    const time_point start = clock::now();
    engine_state state(plan, {}, start);
    EXPECT_EQ(state.take(start + 1ms)->intended, start);
    EXPECT_EQ(state.take(start + 1ms)->intended, start + 1ms);
    EXPECT_EQ(state.take(start + 1ms), std::nullopt);
    EXPECT_FALSE(state.is_over(start + 1ms));
}

// Goal: what was due in time may be sent a little late; what was not is counted.
TEST(EngineState, DropsWhatAnOpenLoopDidNotGetToWhenItEnds) {
    engine_plan plan;
    plan.open_loop.per_second = 1000;
    plan.lasts = 10ms;
    const time_point start = clock::now();
    engine_state state(plan, {}, start);
    EXPECT_FALSE(state.is_time_up(start + 9ms));
    EXPECT_TRUE(state.is_time_up(start + 10ms));
    EXPECT_FALSE(state.is_over(start + 12ms));
    EXPECT_EQ(state.take(start + 12ms)->intended, start);
    state.end(start + 12ms);
    EXPECT_TRUE(state.is_over(start + 12ms));
    EXPECT_EQ(state.take(start + 12ms), std::nullopt);
    EXPECT_EQ(state.times.unsent_count, 9U);
}

TEST(EngineState, IsOverWithTheLastRequestOfTheSchedule) {
    engine_plan plan;
    plan.open_loop.per_second = 1000;
    plan.lasts = 2ms;
    const time_point start = clock::now();
    engine_state state(plan, {}, start);
    state.take(start + 1ms);
    EXPECT_FALSE(state.is_over(start + 1ms));
    state.take(start + 1ms);
    EXPECT_TRUE(state.is_over(start + 1ms));
    state.end(start + 2ms);
    EXPECT_EQ(state.times.unsent_count, 0U);
}

TEST(EngineState, CountsAsUnsentOnlyWhatWasDueWhenItWasEndedEarly) {
    engine_plan plan;
    plan.open_loop.per_second = 1000;
    plan.lasts = 10s;
    const time_point start = clock::now();
    engine_state state(plan, {}, start);
    state.end(start + 5ms);
    EXPECT_EQ(state.times.unsent_count, 5U);
}

TEST(EngineState, HoldsRequestsBackWhileOneAfterTheOtherFails) {
    engine_plan plan;
    const time_point start = clock::now();
    engine_state state(plan, {}, start);
    for (int failed = 0; failed < 100; ++failed) {
        state.one_failed(start);
    }
    EXPECT_TRUE(state.is_due(start));
    EXPECT_EQ(state.times.held_back, 0ms);
    int taken_count = 0;
    for (time_point now = start; now < start + 2s; now += timer_wheel::slot_length) {
        while (state.take(now)) {
            ++taken_count;
            state.one_failed(now);
        }
    }
    EXPECT_THAT(taken_count, testing::AllOf(testing::Ge(1900), testing::Le(2100)));
    EXPECT_GE(state.times.held_back, 400ms);
}

TEST(EngineState, HoldsNothingBackOnceARequestIsAnswered) {
    engine_plan plan;
    const time_point start = clock::now();
    engine_state state(plan, {}, start);
    for (int failed = 0; failed < 1000; ++failed) {
        state.one_failed(start);
        if (failed % 100 == 0) {
            state.one_answered();
        }
    }
    EXPECT_TRUE(state.is_due(start));
    EXPECT_EQ(state.times.held_back, 0ms);
}

TEST(EngineState, IsDueAgainWithinASecondHoweverManyFailedAtOnce) {
    engine_plan plan;
    const time_point start = clock::now();
    engine_state state(plan, {}, start);
    for (int failed = 0; failed < 100'000; ++failed) {
        state.one_failed(start);
    }
    EXPECT_FALSE(state.is_due(start + 999ms));
    EXPECT_TRUE(state.is_due(start + 1s));
    EXPECT_EQ(state.times.held_back, 1s);
}

TEST(EngineState, NamesRequestsAndConnectionsOfAllThreadsApart) {
    engine_plan plan;
    const time_point start = clock::now();
    std::set<std::uint64_t> requests;
    std::set<std::uint32_t> connections;
    for (std::uint32_t number = 0; number < 3; ++number) {
        engine_state state(plan, {number, 3}, start);
        for (int count = 0; count < 5; ++count) {
            requests.insert(state.take(start)->id);
            connections.insert(state.next_connection());
        }
    }
    EXPECT_EQ(requests.size(), 15U);
    EXPECT_EQ(connections.size(), 15U);
    EXPECT_FALSE(connections.contains(0));
}

}  // namespace
}  // namespace stormdrain
