#include "harness/report/run_results.hpp"

#include "harness/report/text.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {
namespace {

std::string cycles(std::uint64_t count) {
    return std::to_string(count) + (count == 1 ? " cycle" : " cycles");
}

}  // namespace

std::string replay_command(const run_facts& facts, const scenario_result& scenario,
                           const finding& what) {
    std::string command = shell_quoted(facts.program) + " run " + shell_quoted(scenario.suite_file);
    if (facts.ab_files.size() == 2) {  // ids and seeds are those of the first
        command +=
            " --ab " + shell_quoted(facts.ab_files[0]) + " " + shell_quoted(facts.ab_files[1]);
    } else if (!scenario.target_file.empty()) {
        command += " --target " + shell_quoted(scenario.target_file);
    }
    command += " --filter " + shell_quoted(scenario.id) + " --seed " + to_hex(facts.run_seed);
    command += facts.through_link ? " --through-link" : "";
    return command + (what.over_cycles ? " --cycles " + std::to_string(what.cycle + 1ULL)
                                       : " --cycle " + std::to_string(what.cycle));
}

const check_result* leading_check(const scenario_result& scenario) {
    const auto found = std::ranges::max_element(
        scenario.checks, [](const check_result& left, const check_result& right) {
            return std::pair(left.broken_count, left.judged_count) <
                   std::pair(right.broken_count, right.judged_count);
        });
    return found == scenario.checks.end() ? nullptr : &*found;
}

std::string occurrence(const check_result& result) {
    // It is said once of each process, in the cycle that made it sure: that is no rate.
    if (!result.samples.empty() && result.samples.front().over_cycles) {
        return "over " + cycles(result.judged_count);
    }
    return std::to_string(result.broken_count) + " of " + cycles(result.judged_count) + " (" +
           rate_text({result.broken_count, result.judged_count}) + ")";
}

std::string rate_text(const hit_count& seen) {
    const double share =
        seen.trials == 0 ? 0.0 : static_cast<double>(seen.hits) / static_cast<double>(seen.trials);
    return percent(share) + ", 95 % interval " + range_text(seen);
}

std::string range_text(const hit_count& seen) {
    if (seen.hits == 0) {
        return "< " + percent(upper_bound_95(0, seen.trials));
    }
    const probability_interval range = interval_95(seen);
    return percent(range.low) + " .. " + percent(range.high);
}

std::vector<std::string> identity_lines(const run_results& results, const scenario_result& scenario,
                                        const check_result& result) {
    std::vector<std::string> lines;
    for (const seen_identity& one : result.identities) {
        std::string line = "identity " + one.fingerprint;
        if (result.identities.size() > 1) {
            line +=
                ", in " + std::to_string(one.broken_count) + " of " + cycles(result.judged_count);
        }
        if (results.stories) {
            line += ": " + to_text(story_of(*results.stories, scenario.target, one.fingerprint));
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<std::string> replay_lines(const run_results& results) {
    std::vector<std::string> lines;
    for (const scenario_result& scenario : results.scenarios) {
        if (results.facts.replays_count < 2 || scenario.done_count == 0) {
            continue;
        }
        std::uint64_t judged_max = 0;
        bool broken = false;
        for (const check_result& result : scenario.checks) {
            judged_max = std::max(judged_max, result.judged_count);
            if (result.broken_count == 0) {
                continue;
            }
            broken = true;
            const hit_count seen{result.broken_count, result.judged_count};
            lines.push_back(scenario.id + "  " + result.check + " in " + std::to_string(seen.hits) +
                            " of " + std::to_string(seen.trials) + " replays: " + rate_text(seen));
        }
        if (!broken) {
            lines.push_back(scenario.id + "  nothing broke in " + std::to_string(judged_max) +
                            " replays: at most " + percent(upper_bound_95(0, judged_max)) +
                            " at 95 % confidence");
        }
    }
    return lines;
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
