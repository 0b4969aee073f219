#include "harness/checks/verdict.hpp"

#include "harness/checks/evidence.hpp"
#include "harness/checks/rules/link_in_path.hpp"
#include "harness/checks/rules/starvation.hpp"
#include "harness/statistics/binomial.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <set>
#include <string_view>

namespace stormdrain {
namespace {

// Growth looks at the first points of a process and at the latest ones: what lies between goes.
constexpr std::size_t rest_points_first = 8;
constexpr std::size_t rest_points_max = 64;

judgement combine(judgement single, judgement series) {
    using kind = judgement::kind;
    // Warnings go with whatever the outcome is.
    std::ranges::move(series.findings, std::back_inserter(single.findings));
    if (series.outcome == kind::broken) {
        single.outcome = kind::broken;
    } else if (series.outcome == kind::kept && single.outcome == kind::not_applicable) {
        single.outcome = kind::kept;
    }
    return single;
}

// Warnings stay what they are.
void mark_known(judgement& outcome) {
    for (finding& what : outcome.findings) {
        what.how_bad = what.how_bad == severity::failure ? severity::known : what.how_bad;
    }
}

// A server that was killed for a known hang has nothing more to say, and that is no surprise.
judgement hidden_by(std::string_view known, const std::string& reason) {
    return not_applicable("the known " + std::string(known) + " hides it: " + reason);
}

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

void count(check_result& result, const judgement& outcome) {
    switch (outcome.outcome) {
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
    std::string& reason = outcome.outcome == judgement::kind::not_applicable
                              ? result.not_applicable_because
                              : result.reason;
    if (reason.empty()) {
        reason = outcome.reason;
    }
    for (const finding& what : outcome.findings) {
        keep_sample(what.how_bad == severity::warning ? result.warnings : result.samples, what);
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

// In the order of judgement::kind.
constexpr std::string_view outcome_letters = "kb?-";

// From the worst to what says least.
constexpr std::array<verdict, 5> by_weight{verdict::fail, verdict::inconclusive, verdict::known,
                                           verdict::pass, verdict::skipped};

// What a budget did not reach is no doubt about a server of which other scenarios were run.
std::set<std::string_view> targets_begun(const std::vector<scenario_result>& results) {
    std::set<std::string_view> begun;
    for (const scenario_result& result : results) {
        if (result.done_count > 0) {
            begun.insert(result.target);
        }
    }
    return begun;
}

}  // namespace

std::string_view to_text(verdict what) {
    constexpr std::array<std::string_view, 5> words{"pass", "fail", "inconclusive", "skipped",
                                                    "known"};
    return words.at(static_cast<std::size_t>(what));
}

std::string_view summary_of(verdict what) {
    switch (what) {
        case verdict::pass:
            return "The promise was kept in every cycle that could be judged, and most could.";
        case verdict::fail:
            return "The server broke the promise in at least one cycle.";
        case verdict::inconclusive:
            return "Nothing can be said of the server: the machine was starved, a fault never "
                   "arrived, or too few cycles could be judged.";
        case verdict::skipped:
            return "The scenario was not run, or the promise has no meaning in it.";
        case verdict::known:
            return "The promise was broken, as the target's file says that it would be.";
    }
    return "";
}

verdict scenario_result::overall() const {
    if (!skipped_because.empty()) {
        return verdict::skipped;
    }
    for (const verdict candidate : by_weight) {
        if (std::ranges::find(checks, candidate, &check_result::outcome) != checks.end()) {
            return candidate;
        }
    }
    return verdict::inconclusive;
}

char judged_cycle::letter_of(judgement::kind outcome) {
    return outcome_letters.at(static_cast<std::size_t>(outcome));
}

std::optional<judgement::kind> judged_cycle::outcome_of(char letter) {
    const std::size_t place = outcome_letters.find(letter);
    return place == std::string_view::npos ? std::nullopt
                                           : std::optional(static_cast<judgement::kind>(place));
}

scenario_judge::scenario_judge(scenario_result blank, promises promised)
    : result_(std::move(blank)), promised_(std::move(promised)) {
    result_.checks.clear();
}

// Only now: a night plans thousands of scenarios more than it runs.
void scenario_judge::begin_checks() {
    for (const check* with : check_catalogue()) {
        check_result& result = result_.checks.emplace_back();
        result.check = with->name;
        const auto known =
            std::ranges::find(promised_.known, result.check, &known_finding::finding);
        if (known != promised_.known.end()) {
            result.known = *known;
        }
    }
}

void scenario_judge::count_deliveries(const cycle_record& record) {
    for (std::size_t i = 0; i < record.faults.size(); ++i) {
        const fault_record& fault = record.faults[i];
        if (i == deliveries_.size()) {
            deliveries_.push_back({fault.kind + " at " + fault.point});
        }
        deliveries_[i].count += fault.delivered_count;
        deliveries_[i].overtaken_count += fault.overtaken_count;
    }
    for (const rules::link_delivery& one : rules::deliveries_of(record.path)) {
        count_strikes(one.what, one.strikes_count);
    }
}

void scenario_judge::count_strikes(const std::string& what, std::uint64_t count) {
    const auto found = std::ranges::find(strikes_, what, &fault_deliveries::fault);
    fault_deliveries& one =
        found != strikes_.end() ? *found : strikes_.emplace_back(fault_deliveries{what});
    one.count += count;
}

// No delivery, no verdict. A stop may overtake a fault in some cycles, and in all only where it
// came amid others that did arrive.
std::string scenario_judge::why_nothing_passes() const {
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

bool scenario_judge::take_rest_point(const cycle_record& record) {
    if (!record.in_process || !record.rest.at_rest || !record.health.failure.empty() ||
        rules::is_starved(record.health.canary_slip_max)) {
        return false;
    }
    if (!points_.empty() && points_.back().process_number != record.id.process_number) {
        points_.clear();
        reported_growth_.clear();
    }
    if (points_.size() == rest_points_max) {
        points_.erase(points_.begin() + rest_points_first);
    }
    points_.push_back(rest_point_of(record));
    return true;
}

judgement scenario_judge::judge_series(const check& with, std::uint32_t cycle) {
    judgement result = with.examine_series(points_);
    // A leak goes on in every later cycle: once said is enough.
    if (!result.findings.empty() && !reported_growth_.emplace(with.name).second) {
        return kept();
    }
    for (finding& what : result.findings) {
        what.id = with.name;
        what.cycle = cycle;
        what.over_cycles = true;
    }
    return result;
}

judged_cycle scenario_judge::add(const cycle_record& record) {
    if (result_.checks.empty()) {
        begin_checks();
    }
    ++result_.done_count;
    result_.requests_count += record.requests.started;
    result_.time += record.total;
    if (record.stop.triggered && record.stop.finished) {
        result_.stop_time_max = std::max<duration>(result_.stop_time_max,
                                                   *record.stop.finished - *record.stop.triggered);
    }
    count_deliveries(record);
    const bool has_new_point = take_rest_point(record);
    std::vector<judgement> outcomes;
    std::string_view known;  // the known finding of this cycle
    for (const check_result& result : result_.checks) {
        const check& with = *find_check(result.check);
        judgement& outcome = outcomes.emplace_back(judge(with, record, promised_));
        if (with.examine_series != nullptr && has_new_point) {
            outcome = combine(std::move(outcome), judge_series(with, record.id.index));
        }
        if (result.known && outcome.outcome == judgement::kind::broken) {
            mark_known(outcome);
            known = result.check;
        }
    }
    judged_cycle judged;
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (!known.empty() && outcomes[i].outcome == judgement::kind::not_judged) {
            outcomes[i] = hidden_by(known, outcomes[i].reason);
        }
        count(result_.checks[i], outcomes[i]);
        judged.outcomes += judged_cycle::letter_of(outcomes[i].outcome);
        std::ranges::move(outcomes[i].findings, std::back_inserter(judged.findings));
    }
    return judged;
}

scenario_result scenario_judge::result() const {
    scenario_result concluded = result_;
    const std::string why = why_nothing_passes();
    for (check_result& result : concluded.checks) {
        conclude(result, concluded, why);
    }
    return concluded;
}

int exit_code_for(const std::vector<scenario_result>& results) {
    bool judged_any = false;
    bool inconclusive_any = false;
    const std::set<std::string_view> begun = targets_begun(results);
    for (const scenario_result& result : results) {
        if (result.is_unreached() && begun.contains(result.target)) {
            continue;
        }
        switch (result.overall()) {
            case verdict::fail:
                return 1;
            case verdict::inconclusive:
                inconclusive_any = true;
                break;
            case verdict::known:
            case verdict::pass:
                judged_any = true;
                break;
            case verdict::skipped:
                break;
        }
    }
    if (inconclusive_any) {
        return 3;
    }
    return judged_any ? 0 : 4;
}

}  // namespace stormdrain
