#include "harness/checks/evidence.hpp"
#include "harness/checks/fingerprint.hpp"
#include "harness/checks/verdict.hpp"
#include "harness/statistics/binomial.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

finding known_defect_gone(const known_finding& known, const check_result& result,
                          const scenario_result& scenario) {
    finding gone;
    gone.id = "known_defect_gone";
    gone.message = "repaired? " + known.origin + " was expected to break " + result.check +
                   " here, and did not in " + counted(result.judged_count, "cycle");
    gone.evidence = {"expected by " + scenario.target_file + ":" + std::to_string(known.line) +
                         ": " + to_text(known),
                     "take it out of the target's \"known\" findings when the server is repaired"};
    gone.cycle = static_cast<std::uint32_t>(scenario.done_count - 1);
    gone.over_cycles = true;
    gone.traits = {result.check, known.origin};
    gone.fingerprint = fingerprint_of(gone.id, scenario.cell, gone.traits);
    return gone;
}

// Only who could have seen it in every planned cycle, and in enough of them, may say that it is
// gone.
bool is_gone(const check_result& result, const scenario_result& scenario) {
    return result.known && result.broken_count == 0 && result.judged_count > 0 &&
           result.not_judged_count == 0 && scenario.done_count >= scenario.planned_count &&
           upper_bound_95(0, result.judged_count) < result.known->rate_min;
}

void keep_sample(std::vector<finding>& samples, const finding& what) {
    const bool same_cycle = !samples.empty() && samples.back().cycle == what.cycle;
    if (!same_cycle && samples.size() < check_result::samples_max) {
        samples.push_back(what);
    }
}

void count_identity(std::vector<seen_identity>& identities, const std::string& fingerprint) {
    auto known = std::ranges::find(identities, fingerprint, &seen_identity::fingerprint);
    if (known == identities.end() && identities.size() < check_result::identities_max) {
        known = identities.insert(known, {fingerprint, 0});
    }
    if (known != identities.end()) {
        ++known->broken_count;
    }
    std::ranges::stable_sort(identities, std::ranges::greater(), &seen_identity::broken_count);
}

void count(check_result& result, judgement::kind outcome) {
    switch (outcome) {
        case judgement::kind::kept:
            ++result.judged_count;
            break;
        case judgement::kind::broken:
            ++result.judged_count;
            ++result.broken_count;
            break;
        case judgement::kind::not_judged:
            ++result.not_judged_count;
            break;
        case judgement::kind::not_applicable:
            ++result.not_applicable_count;
            break;
    }
}

void take_reason(check_result& result, judgement::kind outcome, const judged_cycle& judged) {
    const auto given = judged.reasons.find(result.check);
    std::string& reason =
        outcome == judgement::kind::not_applicable ? result.not_applicable_because : result.reason;
    if (reason.empty() && given != judged.reasons.end()) {
        reason = given->second;
    }
}

std::string why_inconclusive(const check_result& result, std::uint64_t done_count) {
    const std::string share = std::to_string(result.judged_count) + " of " +
                              std::to_string(done_count) + " cycles could be judged";
    return result.reason.empty() ? share : share + ": " + result.reason;
}

void conclude(check_result& result, const scenario_result& scenario,
              const std::string& why_nothing_passes) {
    const std::uint64_t expected = result.judged_count + result.not_judged_count;
    if (result.broken_count > 0) {
        result.outcome = result.known ? verdict::known : verdict::fail;
        result.reason.clear();
    } else if (is_gone(result, scenario) && why_nothing_passes.empty()) {
        result.outcome = verdict::fail;
        result.reason.clear();
        result.samples = {known_defect_gone(*result.known, result, scenario)};
    } else if (result.judged_count == 0 && result.not_applicable_count > 0) {
        // Also when other cycles could not be judged: there was nothing to see in them either.
        result.outcome = verdict::skipped;
        result.reason = result.not_applicable_because;
    } else if (result.judged_count == 0 || result.judged_count * 2 < expected) {
        result.outcome = verdict::inconclusive;
        result.reason = why_inconclusive(result, scenario.done_count);
    } else if (!why_nothing_passes.empty()) {
        result.outcome = verdict::inconclusive;
        result.reason = why_nothing_passes;
    } else {
        result.outcome = verdict::pass;
        result.reason.clear();
    }
}

}  // namespace

scenario_sum::scenario_sum(scenario_result blank) : result_(std::move(blank)) {
    result_.checks.clear();
}

// Only now: a night plans thousands of scenarios more than it runs.
void scenario_sum::begin_checks() {
    for (const check* with : check_catalogue()) {
        check_result& result = result_.checks.emplace_back();
        result.check = with->name;
        const auto known = std::ranges::find(result_.known, result.check, &known_finding::finding);
        if (known != result_.known.end()) {
            result.known = *known;
        }
    }
}

void scenario_sum::add(const judged_cycle& judged) {
    if (result_.checks.empty()) {
        begin_checks();
    }
    ++result_.done_count;
    result_.requests_count += judged.requests_count;
    result_.time += judged.time;
    if (judged.stop_time) {
        result_.stop_time_max = std::max<duration>(result_.stop_time_max, *judged.stop_time);
    }
    count_deliveries(judged);
    count_strikes(judged);
    for (std::size_t i = 0; i < result_.checks.size(); ++i) {
        const auto outcome = judged_cycle::outcome_of(judged.outcomes.at(i));
        if (!outcome) {
            throw std::invalid_argument("no letter of an outcome");
        }
        count(result_.checks[i], *outcome);
        take_reason(result_.checks[i], *outcome, judged);
    }
    // A cycle may show the same failure more than once, and more than one failure.
    std::set<std::pair<std::string_view, std::string_view>> shown;
    for (const finding& what : judged.findings) {
        const auto found = std::ranges::find(result_.checks, what.id, &check_result::check);
        if (found == result_.checks.end()) {
            continue;
        }
        const bool is_warning = what.how_bad == severity::warning;
        keep_sample(is_warning ? found->warnings : found->samples, what);
        if (!is_warning && shown.emplace(what.id, what.fingerprint).second) {
            count_identity(found->identities, what.fingerprint);
        }
    }
}

void scenario_sum::count_deliveries(const judged_cycle& judged) {
    for (std::size_t i = 0; i < judged.deliveries.size(); ++i) {
        if (i == deliveries_.size()) {
            deliveries_.push_back({judged.deliveries[i].fault});
        }
        deliveries_[i].count += judged.deliveries[i].count;
        deliveries_[i].overtaken_count += judged.deliveries[i].overtaken_count;
    }
}

void scenario_sum::count_strikes(const judged_cycle& judged) {
    for (const fault_deliveries& struck : judged.strikes) {
        const auto found = std::ranges::find(strikes_, struck.fault, &fault_deliveries::fault);
        fault_deliveries& one = found != strikes_.end()
                                    ? *found
                                    : strikes_.emplace_back(fault_deliveries{struck.fault});
        one.count += struck.count;
    }
}

// No delivery, no verdict. A stop may overtake a fault in some cycles, and in all only where it
// came amid others that did arrive.
std::string scenario_sum::why_nothing_passes() const {
    const bool some_arrived =
        std::ranges::any_of(deliveries_, [](const fault_deliveries& one) { return one.count > 0; });
    const auto missing = std::ranges::find_if(deliveries_, [&](const fault_deliveries& one) {
        return one.count == 0 && (one.overtaken_count == 0 || !some_arrived);
    });
    if (missing == deliveries_.end()) {
        const auto idle = std::ranges::find(strikes_, 0U, &fault_deliveries::count);
        return idle == strikes_.end()
                   ? ""
                   : idle->fault + " never struck in " + counted(result_.done_count, "cycle");
    }
    return "fault " + missing->fault + " was never delivered in " +
           counted(result_.done_count, "cycle");
}

scenario_result scenario_sum::result() const {
    scenario_result concluded = result_;
    const std::string why = why_nothing_passes();
    for (check_result& result : concluded.checks) {
        conclude(result, concluded, why);
    }
    return concluded;
}

}  // namespace stormdrain
