#include "harness/load/latency_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace stormdrain {
namespace {

// Values below 2 * 128 have a bucket each; above, every power of two is cut into 128 buckets.
constexpr std::uint64_t precision_bits = 7;
constexpr std::uint64_t buckets_per_octave = 1U << precision_bits;
constexpr std::uint64_t value_max =
    static_cast<std::uint64_t>(std::chrono::nanoseconds(std::chrono::hours(1)).count());

std::size_t bucket_of(std::uint64_t value) {
    const std::uint64_t width = 64 - static_cast<std::uint64_t>(std::countl_zero(value));
    const std::uint64_t shift = width > precision_bits + 1 ? width - (precision_bits + 1) : 0;
    return shift * buckets_per_octave + (value >> shift);
}

std::uint64_t highest_value_in(std::size_t bucket) {
    if (bucket < 2 * buckets_per_octave) {
        return bucket;
    }
    const std::uint64_t shift = bucket / buckets_per_octave - 1;
    return ((bucket - shift * buckets_per_octave + 1) << shift) - 1;
}

std::uint64_t clamped(duration latency) {
    const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(latency).count();
    return std::min(value_max, static_cast<std::uint64_t>(std::max<std::int64_t>(0, nanoseconds)));
}

}  // namespace

void latency_histogram::record(duration latency) {
    const std::size_t bucket = bucket_of(clamped(latency));
    if (bucket >= buckets_.size()) {
        buckets_.resize(bucket + 1);
    }
    ++buckets_[bucket];
    ++count_;
    max_ = std::max(max_, latency);
}

void latency_histogram::add(const latency_histogram& other) {
    buckets_.resize(std::max(buckets_.size(), other.buckets_.size()));
    for (std::size_t bucket = 0; bucket < other.buckets_.size(); ++bucket) {
        buckets_[bucket] += other.buckets_[bucket];
    }
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
}

std::uint64_t latency_histogram::count_between(duration low, duration high) const {
    const std::size_t end = std::min(bucket_of(clamped(high)), buckets_.size());
    std::uint64_t found = 0;
    for (std::size_t bucket = bucket_of(clamped(low)); bucket < end; ++bucket) {
        found += buckets_[bucket];
    }
    return found;
}

duration latency_histogram::quantile(double fraction) const {
    const double wanted = std::ceil(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(count_));
    const std::uint64_t rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
        seen += buckets_[bucket];
        if (seen >= rank) {
            const std::chrono::nanoseconds value(
                static_cast<std::int64_t>(highest_value_in(bucket)));
            return std::min<duration>(max_, value);
        }
    }
    return {};
}

}  // namespace stormdrain
