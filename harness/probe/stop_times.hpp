#pragma once
// How long stops took, by what was held, and what may be promised on the strength of it.

#include "harness/probe/measured.hpp"
#include "harness/probe/probe_evidence.hpp"

#include <string_view>

namespace stormdrain {

// The condition that a scenario of the probe holds; none with "nothing_held". Empty: its cycles do
// not tell how long a stop takes.
std::optional<held_condition> condition_of(std::string_view scenario);

// The stop was asked for, in the state that the scenario is about, and its end was seen or its
// time was up.
bool tells_stop_time(const cycle_record& record);
// It was over before the probe's patience was.
bool is_over(const stop_record& stop);

std::map<held_condition, measured<exit_promise>> measure_stop_times(
    const evidence_by_condition& stops, duration patience);

// What can be promised of a time that was measured on one machine, at one time: half as much again,
// rounded up, and at least a second.
duration promise_for(duration longest);

// "10.2 to 12.1 ms", "4.1 ms"
std::string span_of(duration shortest, duration longest);

// Empty where the scenario was not tried.
const condition_evidence& evidence_of(const evidence_by_condition& all, std::string_view scenario);

// The evidence of what a probe did not ask for.
inline constexpr std::string_view not_tried = "it was not tried";
// Any of the scenarios was about a condition.
bool any_tried(const evidence_by_condition& stops);

// Why the first of the cycles tells nothing: what kept its fault or its stop from happening.
std::string why_unusable(const condition_evidence& seen);

}  // namespace stormdrain
