#include "harness/plan/readers/amount_reader.hpp"

#include "harness/plan/readers/names.hpp"

#include <chrono>

namespace stormdrain {
namespace {

constexpr std::int64_t cycles_max = 10'000'000;
constexpr duration budget_max = std::chrono::hours(24 * 7);

}  // namespace

amount read_amount(object_reader& keys) {
    amount given;
    if (is_given(keys, "cycles")) {
        given.cycles_count = static_cast<std::uint32_t>(keys.integer("cycles", 1, cycles_max));
    }
    if (is_given(keys, "budget")) {
        given.budget = keys.length_of_time("budget", std::chrono::seconds(1), budget_max);
    }
    return given;
}

void set_amount(scenario& of, const amount& given) {
    of.cycles_count = given.cycles_count.value_or(of.cycles_count);
    of.budget = given.budget ? given.budget : of.budget;
}

}  // namespace stormdrain
