#include "harness/report/stored_run.hpp"

#include "harness/config/problem.hpp"
#include "harness/report/stored_json.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace stormdrain {
namespace {

using nlohmann::json;

class stored_run_reader {
public:
    explicit stored_run_reader(std::string_view file) { run_.file = file; }

    void take(const std::string& line, std::uint64_t line_at);
    // Throws where there is nothing that begins like results.
    stored_run finish();

private:
    void take_line(const json& read, std::uint64_t line_at);
    void take_header(const json& header);
    void take_cycle(const json& cycle, std::uint64_t line_at);
    void take_end(const json& footer);
    [[noreturn]] void fail(const std::string& what) const {
        throw config_error({{run_.file, line_number_, 0, "", what}});
    }

    stored_run run_;
    std::map<std::string, std::size_t, std::less<>> places_;  // of scenarios, by id
    int line_number_ = 0;
    bool has_header_ = false;
    std::string unread_;  // what is wrong with the line before: the last one may be cut off
};

void stored_run_reader::take(const std::string& line, std::uint64_t line_at) {
    if (!unread_.empty()) {
        fail(unread_);
    }
    ++line_number_;
    // The records are the most of a file, and no report needs them.
    const auto without_records = [](int depth, json::parse_event_t event, json& parsed) {
        return !(event == json::parse_event_t::key && depth == 1 && parsed == "record");
    };
    try {
        take_line(json::parse(line, without_records), line_at);
    } catch (const json::exception& wrong) {
        unread_ = wrong.what();
    } catch (const std::invalid_argument& wrong) {
        unread_ = wrong.what();
    }
}

void stored_run_reader::take_line(const json& read, std::uint64_t line_at) {
    const std::string kind = read.at("kind");
    if (!has_header_ && kind != "header") {
        fail("expected the line that begins results of stormdrain run");
    }
    if (kind == "header") {
        take_header(read);
    } else if (kind == "targets") {
        run_.planned.facts.target_versions =
            read.at("versions").get<std::map<std::string, std::string>>();
    } else if (kind == "cycle") {
        take_cycle(read, line_at);
    } else if (kind == "footer") {
        take_end(read);
    } else if (kind != "scenario") {  // which is judged again
        fail("expected a line of results of stormdrain run, got one of kind \"" + kind + "\"");
    }
}

void stored_run_reader::take_header(const json& header) {
    if (std::exchange(has_header_, true)) {
        fail("expected one plan in a file, got a second one");
    }
    if (const std::string why = stored_json::why_unreadable(header); !why.empty()) {
        fail(why);
    }
    run_.planned.facts = stored_json::read_facts(header);
    for (const json& planned : header.at("scenarios")) {
        const scenario_result& scenario =
            run_.planned.scenarios.emplace_back(stored_json::read_planned(planned));
        if (planned_cycles_of(scenario, run_.planned.facts) != scenario.planned_count) {
            fail("expected the plan of " + scenario.id + " to name " +
                 std::to_string(scenario.planned_count) + " cycles: of another command");
        }
        places_.emplace(scenario.id, run_.planned.scenarios.size() - 1);
    }
}

void stored_run_reader::take_cycle(const json& cycle, std::uint64_t line_at) {
    const std::string id = cycle.at("id");
    const auto found = places_.find(id);
    if (found == places_.end()) {
        fail("expected a cycle of a planned scenario, got " + id);
    }
    stored_cycle& made = run_.cycles.emplace_back();
    made.scenario = found->second;
    made.judged = stored_json::read_judged(cycle);
    made.line_at = line_at;
    const std::size_t expected = check_catalogue().size();
    if (!made.is_repeated() && made.judged.outcomes.size() != expected) {
        fail("expected the outcome of " + std::to_string(expected) + " checks, got " +
             std::to_string(made.judged.outcomes.size()));
    }
}

void stored_run_reader::take_end(const json& footer) {
    run_.has_end = true;
    run_.planned.finished = footer.at("finished");
    run_.planned.took = stored_json::read_milliseconds(footer.at("took_ms"));
    run_.planned.cut_short_because = footer.at("cut_short_because");
}

stored_run stored_run_reader::finish() {
    if (!has_header_) {
        fail(unread_.empty() ? "no results in it: a line {\"kind\": \"header\", ...} is to be the "
                               "first"
                             : unread_);
    }
    return std::move(run_);
}

using cycle_key = std::tuple<std::size_t, std::uint32_t, std::uint32_t>;

cycle_key key_of(const stored_cycle& cycle) {
    return {cycle.scenario, cycle.judged.index, cycle.judged.replay};
}

// A shard reports what falls to it, and nothing of what falls to others.
void keep_share(run_results& results) {
    std::erase_if(results.scenarios,
                  [](const scenario_result& scenario) { return scenario.share.empty(); });
    results.nothing_to_do = results.scenarios.empty();
}

std::uint64_t places_in(const std::vector<place_range>& share) {
    std::uint64_t count = 0;
    for (const place_range& range : share) {
        count += range.count;
    }
    return count;
}

bool is_within(const std::vector<place_range>& share, std::uint64_t place) {
    return std::ranges::any_of(share, [place](const place_range& range) {
        return place >= range.first && place - range.first < range.count;
    });
}

// What is planned and of which there can be no result.
void mark_absent(scenario_result& scenario, std::uint64_t undertaken, std::uint64_t planned_done,
                 const run_results& results) {
    if (undertaken < scenario.planned_count) {
        scenario.absent_count = scenario.planned_count - undertaken;
    }
    const bool is_whole = results.finished && results.cut_short_because.empty();
    if (is_whole && planned_done < undertaken) {
        scenario.absent_count += undertaken - planned_done;
        if (scenario.absent_because.empty()) {
            scenario.absent_because = "the results say that they are complete, and are not";
        }
    }
}

}  // namespace

stored_run read_stored_run(std::istream& lines, std::string_view file) {
    stored_run_reader reader(file);
    std::uint64_t line_at = 0;
    for (std::string line; std::getline(lines, line);) {
        reader.take(line, line_at);
        line_at += line.size() + 1;
    }
    return reader.finish();
}

stored_run read_stored_run(const std::string& path) {
    std::ifstream lines(path, std::ios::binary);
    if (!lines) {
        throw config_error({{path, 0, 0, "", "cannot be read: expected a results.jsonl"}});
    }
    return read_stored_run(lines, path);
}

void sort_by_plan(std::vector<stored_cycle>& cycles) {
    std::ranges::stable_sort(cycles, {}, key_of);
}

std::uint64_t planned_cycles_of(const scenario_result& scenario, const run_facts& facts) {
    std::uint64_t count = 0;
    for (const cycle_range& range : scenario.cycles) {
        count += (std::uint64_t{range.last} - range.first + 1) * facts.replays_count;
    }
    return count;
}

std::uint64_t place_of(const stored_cycle& cycle, const run_results& planned) {
    std::uint64_t before = 0;
    for (const cycle_range& range : planned.scenarios.at(cycle.scenario).cycles) {
        if (cycle.judged.index <= range.last) {
            const std::uint64_t rank =
                cycle.judged.index - std::min(range.first, cycle.judged.index);
            return (before + rank) * planned.facts.replays_count + cycle.judged.replay;
        }
        before += std::uint64_t{range.last} - range.first + 1;
    }
    return before * planned.facts.replays_count;
}

run_results results_of(const stored_run& run) {
    run_results results = run.planned;
    std::vector<scenario_sum> sums;
    for (scenario_result& scenario : results.scenarios) {
        if (results.facts.shard) {
            scenario.planned_count = places_in(scenario.share);
        }
        sums.emplace_back(scenario);
    }
    std::vector<std::set<std::uint64_t>> done(sums.size());
    for (const stored_cycle& cycle : run.cycles) {
        if (cycle.is_repeated()) {
            continue;
        }
        sums[cycle.scenario].add(cycle.judged);
        const std::uint64_t place = place_of(cycle, run.planned);
        if (is_within(results.scenarios[cycle.scenario].share, place)) {
            done[cycle.scenario].insert(place);
        }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const std::uint64_t undertaken = places_in(results.scenarios[i].share);
        results.scenarios[i] = sums[i].result();
        mark_absent(results.scenarios[i], undertaken, done[i].size(), results);
    }
    if (results.facts.shard) {
        keep_share(results);
    }
    return results;
}

}  // namespace stormdrain
