#pragma once
// What a run, or the merge of one, has to do with the nights before it and after it.

#include "harness/commands/program.hpp"
#include "harness/config/invocation.hpp"
#include "harness/report/finding_history.hpp"
#include "harness/report/run_results.hpp"

#include <optional>

namespace stormdrain {

// Empty: no history is kept. Throws config_error, environment_error.
std::optional<past_nights> nights_before(const invocation& asked);

// What a report of those results tells: the history as it was when the run began. Nothing is added
// to it: that is for the run itself, or for the merge of its shards.
std::optional<past_nights> nights_before(const invocation& asked, const run_results& results);

// Of each failure of the run, what earlier nights know of it.
finding_stories stories_of(const past_nights& past, const run_results& results);

// For the runs after this one, where a history is kept. Returns the verdict of the run: one of
// which they will not know, which is said, is no good one.
exit_code keep_night(const program& self, const invocation& asked,
                     const std::optional<past_nights>& past, const run_results& results,
                     exit_code verdict);

}  // namespace stormdrain
