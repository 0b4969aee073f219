#include "harness/report/target_totals.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace stormdrain {
namespace {

bool is_gone(const check_result& result) {
    return result.known && result.outcome == verdict::fail && result.broken_count == 0;
}

target_total& total_of(std::vector<target_total>& totals, const run_results& results,
                       const std::string& target) {
    const auto found = std::ranges::find(totals, target, &target_total::target);
    if (found != totals.end()) {
        return *found;
    }
    target_total& fresh = totals.emplace_back();
    fresh.target = target;
    const auto version = results.facts.target_versions.find(target);
    fresh.version = version == results.facts.target_versions.end() ? "" : version->second;
    return fresh;
}

void count(target_total& total, const scenario_result& scenario) {
    total.cycles_count += scenario.done_count;
    total.repaired += static_cast<std::size_t>(std::ranges::count_if(scenario.checks, is_gone));
    if (scenario.is_unreached()) {
        ++total.not_run;
        return;
    }
    switch (scenario.overall()) {
        case verdict::pass:
            ++total.passed;
            break;
        case verdict::fail:
            ++total.failed;
            break;
        case verdict::known:
            ++total.known;
            break;
        case verdict::inconclusive:
            ++total.not_judged;
            break;
        case verdict::skipped:
            ++total.skipped;
            break;
    }
}

}  // namespace

verdict target_total::overall() const {
    if (failed > 0) {
        return verdict::fail;
    }
    if (not_judged > 0) {
        return verdict::inconclusive;
    }
    if (known > 0) {
        return verdict::known;
    }
    if (passed > 0) {
        return verdict::pass;
    }
    return not_run > 0 ? verdict::inconclusive : verdict::skipped;
}

std::vector<target_total> totals_by_target(const run_results& results) {
    std::vector<target_total> totals;
    for (const scenario_result& scenario : results.scenarios) {
        count(total_of(totals, results, scenario.target), scenario);
    }
    return totals;
}

std::vector<std::vector<std::string>> target_rows(const std::vector<target_total>& totals) {
    std::vector<std::vector<std::string>> rows{{"target", "cycles", "passed", "failed", "known",
                                                "not judged", "skipped", "not run", "verdict"}};
    for (const target_total& total : totals) {
        const std::string repaired =
            total.repaired == 0 ? "" : ", " + std::to_string(total.repaired) + " repaired?";
        rows.push_back({total.target, std::to_string(total.cycles_count),
                        std::to_string(total.passed), std::to_string(total.failed) + repaired,
                        std::to_string(total.known), std::to_string(total.not_judged),
                        std::to_string(total.skipped), std::to_string(total.not_run),
                        std::string(to_text(total.overall()))});
    }
    return rows;
}

std::string totals_line(const run_results& results) {
    std::map<verdict, std::size_t> counts;
    std::size_t unreached = 0;
    std::uint64_t cycles = 0;
    std::uint64_t planned = 0;
    for (const scenario_result& scenario : results.scenarios) {
        if (scenario.is_unreached()) {
            ++unreached;
        } else {
            ++counts[scenario.overall()];
        }
        cycles += scenario.done_count;
        planned += scenario.planned_count;
    }
    const auto count_text = [](std::size_t number, std::string_view what) {
        return std::to_string(number) + " " + std::string(what);
    };
    std::string line = count_text(counts[verdict::fail], "failed, ") +
                       count_text(counts[verdict::inconclusive], "inconclusive, ") +
                       count_text(counts[verdict::pass], "passed, ") +
                       count_text(counts[verdict::skipped], "skipped");
    line += counts[verdict::known] > 0 ? ", " + count_text(counts[verdict::known], "known") : "";
    line += unreached > 0 ? ", " + count_text(unreached, "not run") : "";
    line += "; " + std::to_string(cycles);
    line += cycles < planned ? " of " + std::to_string(planned) + " planned" : "";
    return line;
}

}  // namespace stormdrain
