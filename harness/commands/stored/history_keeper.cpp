#include "harness/commands/stored/history_keeper.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/report/history_folder.hpp"

#include <algorithm>
#include <ostream>

namespace stormdrain {
namespace {

// The results do not say that --cycle was given, and need not: of a night, cycles begin with 0.
bool is_replay(const run_results& results) {
    const auto is_chosen = [](const scenario_result& scenario) {
        return scenario.cycles.size() > 1 ||
               (!scenario.cycles.empty() && scenario.cycles.front().first > 0);
    };
    return results.facts.replays_count > 1 || std::ranges::any_of(results.scenarios, is_chosen);
}

}  // namespace

std::optional<past_nights> nights_before(const invocation& asked) {
    if (asked.history_folder.empty()) {
        return {};
    }
    const bool is_replay = asked.replays_count > 1 || !asked.only_cycles.empty();
    return past_nights{read_history(asked.history_folder),
                       is_replay ? run_kind::replay : run_kind::night};
}

std::optional<past_nights> nights_before(const invocation& asked, const run_results& results) {
    if (asked.history_folder.empty()) {
        return {};
    }
    return past_nights{history_before(asked.history_folder, results.facts),
                       is_replay(results) ? run_kind::replay : run_kind::night};
}

finding_stories stories_of(const past_nights& past, const run_results& results) {
    return stories_of(past, night_of(past.history, results.scenarios, results.facts.began));
}

exit_code keep_night(const program& self, const invocation& asked,
                     const std::optional<past_nights>& past, const run_results& results,
                     exit_code verdict) {
    if (!past || past->told_to == run_kind::replay) {
        return verdict;
    }
    try {
        write_night(asked.history_folder,
                    night_of(past->history, results.scenarios, results.facts.began), results.facts);
        return verdict;
    } catch (const environment_error& why) {
        self.problems << "stormdrain: the history has no entry of this run: " << why.what() << "\n";
        return verdict == exit_code::broken ? verdict : exit_code::not_judged;
    }
}

}  // namespace stormdrain
