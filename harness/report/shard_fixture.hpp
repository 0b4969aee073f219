#pragma once
// Results of a plan as one machine writes them, or several: for the tests of what merges them.

#include "harness/checks/record_builder.hpp"
#include "harness/plan/shard.hpp"
#include "harness/report/json_lines.hpp"
#include "harness/report/results_builder.hpp"

#include <functional>
#include <sstream>
#include <string>
#include <vector>

namespace stormdrain::testing_shards {

inline constexpr std::uint32_t cycles_count = 6;

// Two scenarios of six cycles each; what the second one breaks is known.
inline std::vector<scenario_result> planned_scenarios() {
    std::vector<scenario_result> scenarios;
    for (const char* const name : {"first", "second"}) {
        scenario_result& scenario = scenarios.emplace_back();
        scenario.id = std::string("salvo/shutdown/") + name;
        scenario.target = "salvo";
        scenario.suite = "shutdown";
        scenario.scenario = name;
        scenario.suite_file = "suites/shutdown.json";
        scenario.target_file = "servers/salvo/target.json";
        scenario.planned_count = cycles_count;
        scenario.cycles = {{0, cycles_count - 1}};
        scenario.share = {{0, cycles_count}};
    }
    scenarios.back().known = {
        {"shutdown_deadline", "shutdown/second", "salvo#764", "", "it waits", 1.0, 9}};
    return scenarios;
}

// Cycle 2 of the first scenario hangs, and every cycle of the second.
inline cycle_record record_of(std::size_t scenario, std::uint32_t index) {
    cycle_record record = testing_records::clean_record();
    record.id.index = index;
    record.total = std::chrono::microseconds(1'234'567 + index);
    if (scenario == 1 || index == 2) {
        testing_records::hang(record);
    }
    return record;
}

struct shard_text {
    std::optional<shard_choice> shard;
    std::uint32_t attempt = 1;
    bool finished = true;
    std::string cut_short_because;
    // Which of its cycles it has: all, unless it says otherwise.
    std::function<bool(std::size_t scenario, std::uint32_t index)> has =
        [](std::size_t, std::uint32_t) { return true; };
    std::function<void(run_facts&)> change = [](run_facts&) {};

    // As stormdrain run writes it.
    std::string text() const;
    run_results results() const;

private:
    run_results write(std::ostream& out) const;
};

inline run_results shard_text::write(std::ostream& out) const {
    json_lines lines(out);
    run_results whole;
    whole.facts = testing_results::facts();
    whole.facts.target_versions = {{"salvo", "salvo 0.63.1"}};
    whole.facts.inputs = {{"suites/shutdown.json", 0x11}, {"servers/salvo/target.json", 0x22}};
    whole.facts.shard = shard;
    whole.facts.attempt = attempt;
    change(whole.facts);
    whole.scenarios = planned_scenarios();
    for (scenario_result& scenario : whole.scenarios) {
        const auto share = share_of(scenario.id, cycles_count, target_lifecycle::process,
                                    shard.value_or(shard_choice{}));
        scenario.share.clear();
        if (share) {
            scenario.share.push_back({share->first, share->count});
        }
    }
    lines.header(whole);
    lines.targets(whole.facts);
    run_results done;
    done.facts = whole.facts;
    for (std::size_t i = 0; i < whole.scenarios.size(); ++i) {
        promises promised;
        promised.known = whole.scenarios[i].known;
        scenario_result blank = whole.scenarios[i];
        if (blank.share.empty()) {
            continue;
        }
        const auto [first, count] = blank.share.front();
        blank.planned_count = count;
        scenario_judge judge(blank, promised);
        for (std::uint64_t place = first; place < first + count; ++place) {
            const auto index = static_cast<std::uint32_t>(place);
            if (has(i, index)) {
                const cycle_record record = record_of(i, index);
                lines.cycle(blank.id, record, judge.add(record));
            }
        }
        done.scenarios.push_back(judge.result());
    }
    done.took = std::chrono::seconds(7);
    done.finished = finished;
    done.cut_short_because = cut_short_because;
    for (const scenario_result& scenario : done.scenarios) {
        lines.scenario(scenario);
    }
    lines.footer(done);
    return done;
}

inline std::string shard_text::text() const {
    std::ostringstream out;
    write(out);
    return out.str();
}

inline run_results shard_text::results() const {
    std::ostringstream out;
    return write(out);
}

// Of four shards that divide the cycles.
inline shard_text quarter(std::uint32_t number) {
    shard_text made;
    made.shard = shard_choice{number, 4, shard_unit::cycles};
    return made;
}

}  // namespace stormdrain::testing_shards
