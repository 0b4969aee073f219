#include "harness/report/results_reader.hpp"

#include "harness/checks/rules/starvation.hpp"
#include "harness/checks/verdict.hpp"
#include "harness/config/problem.hpp"
#include "harness/report/json_lines.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <utility>

namespace stormdrain {
namespace {

using nlohmann::json;

class results_reader {
public:
    explicit results_reader(std::string_view file) { run_.file = file; }

    void take(const std::string& line);
    // Throws where there is nothing that begins like results.
    run_tally finish();

private:
    void take_header(const json& header);
    void take_cycle(const json& cycle);
    void take_rest(const std::string& id, const json& record);
    void end_life(const std::string& id);
    [[noreturn]] void fail(const std::string& what) const {
        throw config_error({{run_.file, line_number_, 0, "", what}});
    }

    run_tally run_;
    std::map<std::string, std::vector<rest_sample>> lives_;  // of the current processes
    std::vector<std::string> checks_;  // whose outcome each letter of a cycle is
    int line_number_ = 0;
    bool has_header_ = false;
    std::string unread_;  // what is wrong with the line before: the last one may be cut off
};

void results_reader::take(const std::string& line) {
    ++line_number_;
    if (!unread_.empty()) {
        --line_number_;
        fail(unread_);
    }
    try {
        const json read = json::parse(line);
        const std::string kind = read.at("kind");
        if (!has_header_ && kind != "header") {
            fail("expected the line that begins results of stormdrain run");
        }
        if (kind == "header") {
            take_header(read);
        } else if (kind == "cycle") {
            take_cycle(read);
        } else if (kind == "footer") {
            run_.finished = read.at("finished");
        }
    } catch (const json::exception& wrong) {
        unread_ = wrong.what();
    }
}

void results_reader::take_header(const json& header) {
    has_header_ = true;
    const int format = header.at("format");
    if (format < json_lines::oldest_comparable_format || format > json_lines::format_version) {
        fail("expected results of format " + std::to_string(json_lines::format_version) +
             ", got format " + std::to_string(format) + ": of another version of stormdrain");
    }
    run_.began = header.at("began");
    run_.run_seed = header.at("seed");
    checks_ = header.at("checks").get<std::vector<std::string>>();
    for (const json& planned : header.at("scenarios")) {
        run_.scenarios[planned.at("id")].planned_count = planned.at("planned_count");
    }
}

void results_reader::take_cycle(const json& cycle) {
    const std::string outcomes = cycle.at("outcomes");
    if (outcomes.empty()) {
        return;  // it could not be judged, and was repeated
    }
    if (outcomes.size() != checks_.size()) {
        fail("expected the outcome of " + std::to_string(checks_.size()) + " checks, got " +
             std::to_string(outcomes.size()));
    }
    scenario_tally& scenario = run_.scenarios[cycle.at("id")];
    ++scenario.done_count;
    for (std::size_t index = 0; index < outcomes.size(); ++index) {
        const auto outcome = judged_cycle::outcome_of(outcomes[index]);
        const bool is_broken = outcome == judgement::kind::broken;
        if (!is_broken && outcome != judgement::kind::kept) {
            continue;
        }
        check_tally& tally = scenario.checks[checks_[index]];
        ++tally.broken.trials;
        tally.broken.hits += is_broken ? 1U : 0U;
    }
    for (const json& finding : cycle.at("findings")) {
        check_tally& tally = scenario.checks[finding.at("id")];
        if (tally.message.empty() && finding.at("severity") != "warning") {
            tally.message = finding.at("message");
        }
    }
    take_rest(cycle.at("id"), cycle.at("record"));
    const json& stop = cycle.at("record").at("stop");
    const json& began = stop.at("triggered_ms");
    const json& ended = stop.at("finished_ms");
    if (began.is_number() && ended.is_number()) {
        scenario.stop_times_ms.push_back(ended.get<double>() - began.get<double>());
    }
}

// The same cycles as the run itself looked at: see scenario_judge::take_rest_point().
void results_reader::take_rest(const std::string& id, const json& record) {
    const json& at_rest = record.at("rest").at("at_rest");
    const json& health = record.at("health");
    const std::chrono::duration<double, std::milli> slip(health.at("canary_slip_max_ms"));
    if (!record.at("in_process").get<bool>() || at_rest.is_null() || health.at("failure") != "" ||
        rules::is_starved(std::chrono::duration_cast<duration>(slip))) {
        return;
    }
    rest_sample sample;
    sample.cycle = record.at("index");
    sample.process_number = record.at("process_number");
    for (const json& process : at_rest.at("processes")) {
        sample.threads_count += process.at("threads_count").get<std::uint64_t>();
        sample.resident_bytes += process.at("resident_bytes").get<std::uint64_t>();
        for (const auto& [kind, count] : process.at("descriptors_by_kind").items()) {
            sample.descriptors[kind] += count.get<std::uint64_t>();
        }
    }
    std::vector<rest_sample>& life = lives_[id];
    if (!life.empty() && life.back().process_number != sample.process_number) {
        end_life(id);
    }
    life.push_back(std::move(sample));
}

void results_reader::end_life(const std::string& id) {
    std::vector<rest_sample> life = std::exchange(lives_[id], {});
    std::vector<rest_sample>& longest = run_.scenarios[id].at_rest;
    if (life.size() > longest.size()) {
        longest = std::move(life);
    }
}

run_tally results_reader::finish() {
    if (!has_header_) {
        fail("no results in it: a line {\"kind\": \"header\", ...} is to be the first");
    }
    for (const auto& [id, life] : lives_) {
        end_life(id);
    }
    return std::move(run_);
}

}  // namespace

run_tally read_results(std::istream& lines, std::string_view file) {
    results_reader reader(file);
    for (std::string line; std::getline(lines, line);) {
        reader.take(line);
    }
    return reader.finish();
}

run_tally read_results(const std::string& path) {
    std::string file = path;
    if (std::filesystem::is_directory(path)) {
        file += path.ends_with('/') ? "results.jsonl" : "/results.jsonl";
    }
    std::ifstream lines(file);
    if (!lines) {
        throw config_error({{file, 0, 0, "",
                             "cannot be read: expected a results.jsonl, or the "
                             "folder of one"}});
    }
    return read_results(lines, file);
}

}  // namespace stormdrain
