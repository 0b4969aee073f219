#include "harness/checks/verdict.hpp"

#include "harness/checks/fingerprint.hpp"
#include "harness/checks/rules/link_in_path.hpp"
#include "harness/checks/rules/starvation.hpp"
#include "harness/checks/traits.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <string_view>

namespace stormdrain {
namespace {

// Growth looks at the first points of a process and at the latest ones: what lies between goes.
constexpr std::size_t rest_points_first = 8;
constexpr std::size_t rest_points_max = 256;

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

scenario_result with_known(scenario_result blank, const promises& promised) {
    blank.known = promised.known;
    return blank;
}

void name_findings(judgement& outcome, const cycle_record& record,
                   const std::optional<grid_cell>& cell) {
    for (finding& what : outcome.findings) {
        if (what.traits.empty()) {
            what.traits = traits_of(record);
        }
        what.fingerprint = fingerprint_of(what.id, cell, what.traits);
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
        // Who has not seen all of it may say that it is broken, and no more.
        const bool may_be_said = absent_count == 0 || candidate == verdict::fail;
        if (may_be_said &&
            std::ranges::find(checks, candidate, &check_result::outcome) != checks.end()) {
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
    : sum_(with_known(std::move(blank), promised)), promised_(std::move(promised)) {}

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

judged_cycle scenario_judge::add(const cycle_record& record, std::vector<judgement> outcomes) {
    using std::chrono::duration_cast;
    using std::chrono::microseconds;
    judged_cycle judged;
    judged.index = record.id.index;
    judged.requests_count = record.requests.started;
    judged.time = duration_cast<microseconds>(record.total);
    if (record.stop.triggered && record.stop.finished) {
        judged.stop_time =
            duration_cast<microseconds>(*record.stop.finished - *record.stop.triggered);
    }
    for (const fault_record& fault : record.faults) {
        judged.deliveries.push_back(
            {fault.kind + " at " + fault.point, fault.delivered_count, fault.overtaken_count});
    }
    for (const rules::link_delivery& one : rules::deliveries_of(record.path)) {
        judged.strikes.push_back({one.what, one.strikes_count});
    }
    const bool has_new_point = take_rest_point(record);
    std::string_view known;  // the known finding of this cycle
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const check* const with = check_catalogue()[i];
        judgement& outcome = outcomes[i];
        if (with->examine_series != nullptr && has_new_point) {
            outcome = combine(std::move(outcome), judge_series(*with, record.id.index));
        }
        const bool is_known = std::ranges::find(promised_.known, with->name,
                                                &known_finding::finding) != promised_.known.end();
        if (is_known && outcome.outcome == judgement::kind::broken) {
            mark_known(outcome);
            known = with->name;
        }
    }
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (!known.empty() && outcomes[i].outcome == judgement::kind::not_judged) {
            outcomes[i] = hidden_by(known, outcomes[i].reason);
        }
        name_findings(outcomes[i], record, sum_.cell());
        judged.outcomes += judged_cycle::letter_of(outcomes[i].outcome);
        if (!outcomes[i].reason.empty()) {
            judged.reasons.emplace(check_catalogue()[i]->name, std::move(outcomes[i].reason));
        }
        std::ranges::move(outcomes[i].findings, std::back_inserter(judged.findings));
    }
    sum_.add(judged);
    return judged;
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
