#include "harness/commands/program.hpp"
#include "harness/report/comparison.hpp"
#include "harness/report/comparison_text.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

// A difference that may be chance is no proof of anything, and no reason to be at ease.
exit_code verdict_of(const comparison& found) {
    if (found.compared_count == 0) {
        return exit_code::none_selected;
    }
    const auto became_worse = [](const rate_change& change) {
        return change.is_sure && change.is_worse();
    };
    if (std::ranges::any_of(found.rates, became_worse)) {
        return exit_code::broken;
    }
    const auto is_new_leak = [](const leak_change& change) {
        return change.is_worse() && !change.is_warning();
    };
    if (std::ranges::any_of(found.leaks, is_new_leak)) {
        return exit_code::broken;
    }
    const auto may_be_new = [](const rate_change& change) {
        return !change.is_sure && change.is_new();
    };
    return std::ranges::any_of(found.rates, may_be_new) ? exit_code::not_judged : exit_code::kept;
}

}  // namespace

exit_code compare_command(const program& self, const invocation& asked) {
    const run_tally before = read_results(asked.arguments.at(0));
    const run_tally after = read_results(asked.arguments.at(1));
    const comparison found = compare(before, after);
    write_comparison(self.out, found, before, after);
    return verdict_of(found);
}

}  // namespace stormdrain
