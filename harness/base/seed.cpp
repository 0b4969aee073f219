#include "harness/base/seed.hpp"

#include <array>
#include <cstdio>

namespace stormdrain {
namespace {

std::uint64_t mix(std::uint64_t value) {
    value ^= value >> 30;
    value *= 0xbf58476d1ce4e5b9ULL;
    value ^= value >> 27;
    value *= 0x94d049bb133111ebULL;
    value ^= value >> 31;
    return value;
}

// FNV-1a, 64 bits: stable across compilers, unlike std::hash.
std::uint64_t hash(std::string_view text) {
    std::uint64_t value = 0xcbf29ce484222325ULL;
    for (const char character : text) {
        value ^= static_cast<unsigned char>(character);
        value *= 0x100000001b3ULL;
    }
    return value;
}

}  // namespace

seed derive(seed parent, std::string_view purpose, std::uint64_t index) {
    return mix(mix(parent ^ hash(purpose)) + 0x9e3779b97f4a7c15ULL * (index + 1));
}

seed cycle_seed(seed run_seed, std::string_view scenario_id, std::uint64_t cycle_index) {
    return derive(run_seed, scenario_id, cycle_index);
}

std::string to_hex(seed value) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(value));
    return text.data();
}

std::uint64_t random_source::next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return mix(state_);
}

std::uint64_t random_source::below(std::uint64_t bound) {
    // Rejection keeps it exactly uniform; fewer than two draws on average.
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    std::uint64_t value = next();
    while (value >= limit) {
        value = next();
    }
    return value % bound;
}

double random_source::unit() {
    return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

}  // namespace stormdrain
