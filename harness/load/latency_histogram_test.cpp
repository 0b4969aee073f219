#include "harness/load/latency_histogram.hpp"

#include "harness/base/seed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

TEST(LatencyHistogram, SaysZeroWhenNothingWasRecorded) {
    const latency_histogram empty;
    EXPECT_EQ(empty.quantile(0.99), 0ns);
    EXPECT_EQ(empty.count(), 0U);
}

TEST(LatencyHistogram, IsExactBelow256Nanoseconds) {
    latency_histogram histogram;
    for (int value = 1; value <= 200; ++value) {
        histogram.record(std::chrono::nanoseconds(value));
    }
    EXPECT_EQ(histogram.quantile(0.5), 100ns);
    EXPECT_EQ(histogram.quantile(0.0), 1ns);
    EXPECT_EQ(histogram.quantile(1.0), 200ns);
}

TEST(LatencyHistogram, IsWithinItsPrecisionOfTheSortedValues) {
    constexpr seed start = 0x5eed0001;
    SCOPED_TRACE(to_hex(start));
    random_source random(start);
    latency_histogram histogram;
    std::vector<std::int64_t> values;
    for (int count = 0; count < 20'000; ++count) {
        // Spread over all octaves, from nanoseconds to 18 minutes.
        const auto value = static_cast<std::int64_t>(random.next() >> (24 + random.below(40)));
        values.push_back(value);
        histogram.record(std::chrono::nanoseconds(value));
    }
    std::ranges::sort(values);
    for (const double fraction : {0.01, 0.25, 0.5, 0.9, 0.99, 0.999}) {
        const auto rank =
            static_cast<std::size_t>(std::ceil(fraction * static_cast<double>(values.size())));
        const auto exact = static_cast<double>(values.at(rank - 1));
        const auto told = static_cast<double>(histogram.quantile(fraction).count());
        EXPECT_GE(told, exact) << fraction;
        EXPECT_LE(told, exact * 1.008) << fraction;
    }
}

TEST(LatencyHistogram, KeepsTheTrueMaximumAndClampsTheRest) {
    latency_histogram histogram;
    histogram.record(-5ns);
    histogram.record(3h);
    EXPECT_EQ(histogram.quantile(0.5), 0ns);
    EXPECT_EQ(histogram.max(), 3h);
    EXPECT_GE(histogram.quantile(1.0), 1h);
}

TEST(LatencyHistogram, CountsTheValuesBetweenTwo) {
    latency_histogram histogram;
    for (const duration latency : {10ms, 990ms, 1010ms, 1090ms, 1200ms, 3020ms}) {
        histogram.record(latency);
    }
    EXPECT_EQ(histogram.count_between(980ms, 1100ms), 3U);
    EXPECT_EQ(histogram.count_between(0ns, 1h), 6U);
    EXPECT_EQ(histogram.count_between(2s, 3s), 0U);
    EXPECT_EQ(histogram.count_between(4s, 5s), 0U);
    EXPECT_EQ(latency_histogram().count_between(0ns, 1s), 0U);
}

TEST(LatencyHistogram, AddsUpLikeOneThatSawEverything) {
    latency_histogram left;
    latency_histogram right;
    latency_histogram both;
    for (int value = 0; value < 1000; ++value) {
        const std::chrono::microseconds latency(value * value);
        (value % 3 == 0 ? left : right).record(latency);
        both.record(latency);
    }
    left.add(right);
    EXPECT_EQ(left.count(), both.count());
    EXPECT_EQ(left.max(), both.max());
    for (const double fraction : {0.1, 0.5, 0.99}) {
        EXPECT_EQ(left.quantile(fraction), both.quantile(fraction));
    }
}

}  // namespace
}  // namespace stormdrain
