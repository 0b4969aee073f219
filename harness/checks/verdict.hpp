#pragma once
// What a scenario's checks say over all its cycles, gathered as the cycles end; memory does not
// grow with the number of cycles that kept their promises.

#include "harness/checks/check.hpp"
#include "harness/plan/grid_cell.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

enum class verdict {
    pass,
    fail,
    inconclusive,
    skipped,
    known,  // broken, as the target's file expects: neither red nor a pass
};

inline constexpr std::array all_verdicts{verdict::pass, verdict::fail, verdict::inconclusive,
                                         verdict::skipped, verdict::known};

std::string_view to_text(verdict what);
// One sentence: what it says of the server.
std::string_view summary_of(verdict what);

// One failure among those of a check, by the name that it has every night.
struct seen_identity {
    std::string fingerprint;
    std::uint64_t broken_count = 0;  // cycles that showed it
    bool operator==(const seen_identity&) const = default;
};

struct check_result {
    std::string check;
    verdict outcome = verdict::inconclusive;
    std::uint64_t judged_count = 0;  // cycles it could judge
    std::uint64_t broken_count = 0;  // cycles with a failure, known or not
    std::uint64_t not_judged_count = 0;
    std::uint64_t not_applicable_count = 0;
    std::string not_applicable_because;
    std::string reason;                  // why inconclusive or skipped
    std::optional<known_finding> known;  // expected in this scenario
    // What broke it, the most frequent first; at most identities_max.
    std::vector<seen_identity> identities;
    std::vector<finding> samples;   // at most samples_max, of different cycles
    std::vector<finding> warnings;  // at most samples_max
    static constexpr std::size_t samples_max = 8;
    // More than that is noise in what tells them apart.
    static constexpr std::size_t identities_max = 16;
};

// Cycles of a plan by their numbers, both of them included.
struct cycle_range {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    bool operator==(const cycle_range&) const = default;
};

// A part of a scenario's cycles by their places in its list, where a replayed one has several.
struct place_range {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    bool operator==(const place_range&) const = default;
};

struct scenario_result {
    std::string id;
    std::string target;
    std::string suite;
    std::string scenario;
    std::optional<grid_cell> cell;  // of a grid
    std::string suite_file;
    std::string target_file;  // for replay commands; empty: the suite's own target
    int line = 0;
    std::string unconfirmed;  // the contract that it is judged by was measured; see contract
    std::string skipped_because;
    std::vector<known_finding> known;  // expected in it
    std::vector<cycle_range> cycles;   // planned, ascending
    std::vector<place_range> share;    // of them, those that this run, or its shard, undertook
    std::uint64_t planned_count = 0;
    std::uint64_t done_count = 0;
    std::uint64_t absent_count = 0;  // undertaken by shards whose results are not there
    std::string absent_because;
    std::uint64_t requests_count = 0;
    duration time{};                   // of all its cycles
    duration stop_time_max{};          // T0 to TE
    std::vector<check_result> checks;  // empty: no cycle was run
    // The worst of its checks; skipped ones count only when all are.
    verdict overall() const;
    // It was to run, and the budget, or the run, ended before its first cycle.
    bool is_unreached() const {
        return skipped_because.empty() && done_count == 0 && absent_count == 0;
    }
};

// Of one fault of a scenario, in one cycle or over all.
struct fault_deliveries {
    std::string fault;  // "half_close at handler"
    std::uint64_t count = 0;
    std::uint64_t overtaken_count = 0;  // by the stop
    bool operator==(const fault_deliveries&) const = default;
};

// What the checks say of one cycle: all that the results of a scenario are made of, so that they
// can be made again of results.jsonl.
struct judged_cycle {
    std::vector<finding> findings;  // also those beyond the samples that are kept
    std::string outcomes;           // a letter each, in the order of the catalogue
    std::uint32_t index = 0;        // of the cycle
    std::uint32_t replay = 0;       // how often it came before, with the same seed
    // By check: why it could not judge the cycle, or why nothing of the kind can happen in it.
    std::map<std::string, std::string> reasons;
    std::uint64_t requests_count = 0;
    std::chrono::microseconds time{};                    // as exact as results.jsonl has it
    std::optional<std::chrono::microseconds> stop_time;  // T0 to TE
    std::vector<fault_deliveries> deliveries;            // of the scenario's faults, in order
    std::vector<fault_deliveries> strikes;               // of its links' toxics
    bool operator==(const judged_cycle&) const = default;

    static char letter_of(judgement::kind outcome);
    // Empty: no such letter.
    static std::optional<judgement::kind> outcome_of(char letter);
};

// A check passes when it judged at least half of the cycles that were run, none was broken, and
// every fault of the scenario reached the server in some of them, or was overtaken by the stop
// beside others that did. A failure that is known is none; but where all planned cycles were judged
// and none of them showed it, the check fails with the finding `known_defect_gone`. Fewer cycles
// than planned (a spent budget) weaken a result, and the reports say how much; they do not make it
// inconclusive.
class scenario_sum {
public:
    // `blank` says what the scenario is, what is known of it and how many cycles are planned.
    explicit scenario_sum(scenario_result blank);
    void add(const judged_cycle& judged);
    scenario_result result() const;
    const std::optional<grid_cell>& cell() const { return result_.cell; }

private:
    void begin_checks();
    void count_deliveries(const judged_cycle& judged);
    void count_strikes(const judged_cycle& judged);
    std::string why_nothing_passes() const;

    scenario_result result_;
    std::vector<fault_deliveries> deliveries_;  // of the scenario's faults, in their order
    std::vector<fault_deliveries> strikes_;     // of its links' toxics
};

// Judges the cycles of a scenario as they end, and sums up.
class scenario_judge {
public:
    scenario_judge(scenario_result blank, promises promised);
    // What the checks say of the cycle alone, before it counts.
    std::vector<judgement> look_at(const cycle_record& record) const {
        return judge_all(record, promised_);
    }
    // `outcomes` is what look_at() said.
    judged_cycle add(const cycle_record& record, std::vector<judgement> outcomes);
    judged_cycle add(const cycle_record& record) { return add(record, look_at(record)); }
    scenario_result result() const { return sum_.result(); }

private:
    bool take_rest_point(const cycle_record& record);
    judgement judge_series(const check& with, std::uint32_t cycle);

    scenario_sum sum_;
    promises promised_;
    std::vector<rest_point> points_;         // of the current process; in_process only
    std::set<std::string> reported_growth_;  // checks whose series is broken in this process
};

// 0 promises kept, or known to be broken, 1 a promise broken, 3 could not judge (also a target of
// which no scenario was reached), 4 nothing selected (also when all that was selected is skipped).
int exit_code_for(const std::vector<scenario_result>& results);

}  // namespace stormdrain
