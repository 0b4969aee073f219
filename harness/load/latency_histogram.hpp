#pragma once
// Log-linear histogram (7 bits of precision, below 0.8 % error) of durations up to an hour.

#include "harness/base/time.hpp"

#include <cstdint>
#include <vector>

namespace stormdrain {

class latency_histogram {
public:
    void record(duration latency);
    void add(const latency_histogram& other);
    std::uint64_t count() const { return count_; }
    // Of the recorded values, those from `low` to below `high` (each bound within 0.8 %).
    std::uint64_t count_between(duration low, duration high) const;
    // The smallest recorded value v such that `fraction` of all are <= v (within 0.8 %); 0 when
    // nothing was recorded.
    duration quantile(double fraction) const;
    duration max() const { return max_; }

private:
    std::uint64_t count_ = 0;
    duration max_{};
    std::vector<std::uint64_t> buckets_;  // grown to the highest bucket in use
};

}  // namespace stormdrain
