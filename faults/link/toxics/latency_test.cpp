#include "faults/link/toxic_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::toxics {

extern const toxic_kind latency;

namespace {

using testing::ElementsAre;

TEST(Latency, DelaysEverythingByExactlyItsTime) {
    toxic_trial trial(latency, {50, 0});
    trial.take(0, "a");
    trial.take(0.25, "b");
    trial.take(1, piece::kind::end);
    EXPECT_THAT(trial.released(),
                ElementsAre(at(50, "a"), at(50.25, "b"), at(51, piece::kind::end)));
    EXPECT_EQ(trial.strikes_count(), 3U);
}

TEST(Latency, VariesByTheJitterAndReachesBothEndsOfIt) {
    toxic_trial trial(latency, {50, 10}, 7);
    double least = 100;
    double most = 0;
    for (int index = 0; index < 2'000; ++index) {
        const double sent = index * 1'000.0;
        trial.take(sent, "x");
        const std::vector<seen_release> seen = trial.released();
        ASSERT_EQ(seen.size(), 1U);
        least = std::min(least, seen.front().at_ms - sent);
        most = std::max(most, seen.front().at_ms - sent);
    }
    EXPECT_GE(least, 40);
    EXPECT_LT(least, 40.5);
    EXPECT_LE(most, 60);
    EXPECT_GT(most, 59.5);
}

TEST(Latency, LetsNothingOvertakeWhatCameFirst) {
    toxic_trial trial(latency, {50, 50}, 3);
    double last = 0;
    for (int index = 0; index < 500; ++index) {
        trial.take(index, "x");
    }
    for (const seen_release& seen : trial.released()) {
        EXPECT_GE(seen.at_ms, last);
        last = seen.at_ms;
    }
}

TEST(Latency, WithMoreJitterThanLatencyIsNeverEarly) {
    toxic_trial trial(latency, {1, 100}, 5);
    for (int index = 0; index < 200; ++index) {
        trial.take(index * 1'000.0, "x");
        EXPECT_GE(trial.released().front().at_ms, index * 1'000.0);
    }
}

TEST(Latency, DrawsTheSameFromTheSameSeed) {
    const auto drawn = [](std::uint64_t seed) {
        toxic_trial trial(latency, {50, 10}, seed);
        trial.take(0, "x");
        return trial.released();
    };
    EXPECT_EQ(drawn(11), drawn(11));
    EXPECT_NE(drawn(11), drawn(12));
}

}  // namespace
}  // namespace stormdrain::toxics
