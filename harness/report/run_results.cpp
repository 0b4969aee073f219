#include "harness/report/run_results.hpp"

#include "harness/report/text.hpp"
#include "harness/statistics/binomial.hpp"

namespace stormdrain {
namespace {

std::string cycles(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " cycle" : " cycles");
}

}  // namespace

std::string replay_command(const run_facts& facts, const scenario_result& scenario,
                           const finding& what) {
    std::string command = shell_quoted(facts.program) + " run " + shell_quoted(scenario.suite_file);
    if (!scenario.target_file.empty()) {
        command += " --target " + shell_quoted(scenario.target_file);
    }
    command += " --filter " + shell_quoted(scenario.id) + " --seed " + to_hex(facts.run_seed);
    command += facts.through_link ? " --through-link" : "";
    return command + (what.over_cycles ? " --cycles " + std::to_string(what.cycle + 1ULL)
                                       : " --cycle " + std::to_string(what.cycle));
}

std::string occurrence(const check_result& result) {
    const double share = result.judged_count == 0 ? 0.0
                                                  : static_cast<double>(result.broken_count) /
                                                        static_cast<double>(result.judged_count);
    return std::to_string(result.broken_count) + " of " + cycles(result.judged_count) + " (" +
           percent(share) + "; at most " +
           percent(upper_bound_95(result.broken_count, result.judged_count)) +
           " at 95 % confidence)";
}

std::string what_broke(const check_result& result) {
    if (result.broken_count == 0 && !result.samples.empty()) {
        return result.samples.front().message;
    }
    return occurrence(result) + ": " +
           (result.samples.empty() ? "" : result.samples.front().message);
}

std::string strength(const check_result& result, const scenario_result& scenario) {
    std::string text = "none of " + cycles(result.judged_count) + ": at most " +
                       percent(upper_bound_95(0, result.judged_count)) + " at 95 % confidence";
    if (scenario.done_count < scenario.planned_count) {
        text += "; " + std::to_string(scenario.done_count) + " of " +
                std::to_string(scenario.planned_count) + " planned cycles were run";
    }
    return text;
}

}  // namespace stormdrain
