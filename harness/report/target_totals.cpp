#include "harness/report/target_totals.hpp"

#include <algorithm>

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

}  // namespace stormdrain
