#pragma once
// Which cycles are tried again before they count.

#include "harness/checks/check.hpp"

#include <span>

namespace stormdrain {

// Worth a repetition: it broke nothing, and some check could not judge it. The machine was starved,
// or a fault or the moment of the stop came too early or too late, which the next attempt may meet.
// `judged` is what judge_all() says of it.
bool is_worth_repeating(const cycle_record& record, std::span<const judgement> judged);

}  // namespace stormdrain
