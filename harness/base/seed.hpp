#pragma once
// Randomness that is bit-identical on every machine: seeds are derived from names and indices,
// numbers are drawn by our own arithmetic (the standard distributions differ between libraries).

#include <cstdint>
#include <string>
#include <string_view>

namespace stormdrain {

using seed = std::uint64_t;

// The seed of one cycle: depends on nothing but these three, so any cycle can be replayed alone.
seed cycle_seed(seed run_seed, std::string_view scenario_id, std::uint64_t cycle_index);

// A seed for one actor (client slot, fault slot) inside a cycle.
seed derive(seed parent, std::string_view purpose, std::uint64_t index);

// "0x5eed0001"
std::string to_hex(seed value);

// SplitMix64 (Steele, Lea, Flood 2014): small, fast, passes BigCrush.
class random_source {
public:
    explicit random_source(seed start) : state_(start) {}
    std::uint64_t next();
    // Uniform in [0, bound); bound must be positive.
    std::uint64_t below(std::uint64_t bound);
    // Uniform in [0, 1).
    double unit();

private:
    std::uint64_t state_;
};

}  // namespace stormdrain
