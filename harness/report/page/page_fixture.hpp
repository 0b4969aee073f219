#pragma once
// Lines of a results.jsonl for tests of pictures: written as runs write them.

#include "harness/checks/record_builder.hpp"
#include "harness/report/json_lines.hpp"
#include "harness/report/page/page_series.hpp"
#include "harness/report/record_json.hpp"
#include "harness/report/results_builder.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace stormdrain::page::testing_page {

using namespace std::chrono_literals;

inline const std::string red_id = "salvo-0_63/shutdown/moments/at=idle,faults=reset";

// Stopped in time, and answered 20 requests.
inline cycle_record stopped(std::uint32_t index, duration took) {
    cycle_record record = testing_records::clean_record();
    record.id.index = index;
    record.stop.finished = testing_records::stop_at + took;
    record.exited = record.stop.finished;
    record.output.path = "/out/cycles/salvo.idle/" + std::to_string(index) + "/server.log";
    for (int i = 1; i <= 20; ++i) {
        record.requests.latency.record(std::chrono::microseconds(900 + 13 * i));
    }
    return record;
}

// Did not stop: killed 3.3 s after the stop, with a connection that a fault had reset before.
inline cycle_record hung(std::uint32_t index) {
    cycle_record record = stopped(index, 0ms);
    record.stop.finished.reset();
    record.stop.escalations = {{"SIGKILL", testing_records::stop_at + 3300ms}};
    record.exited = testing_records::stop_at + 3301ms;
    record.total = 5400ms;
    hang_record& hang = record.stop.hang.emplace();
    hang.why = "lost wakeup: all 2 threads sleep, no client is connected";
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "reset";
    fault.settings = "{}";
    fault.injections.push_back({});
    fault.injections.back().connection = 3;
    fault.injections.back().delivered = true;
    fault.injections.back().struck = 1500ms;
    fault.injections.back().ended = 1500ms;
    fault.injections.back().proof = "RST sent & seen in <ESTABLISHED>";
    connection_row& row = record.stop.behind.emplace_back();
    row.id = 5;
    row.purpose = "load";
    row.opened = 700ms;
    record.timeline = {{testing_records::stop_at, "stop: SIGTERM"}};
    record.output.tail = "stopping <now>\n";
    return record;
}

inline std::string line_of(const std::string& id, const cycle_record& record,
                           judgement::kind outcome) {
    judged_cycle judged;
    judged.index = record.id.index;
    judged.outcomes = std::string(1, judged_cycle::letter_of(outcome));
    if (outcome == judgement::kind::broken) {
        judged.findings.emplace_back().id = "shutdown_deadline";
    }
    std::ostringstream out;
    json_lines(out).cycle(id, record, judged);
    std::string line = out.str();
    line.pop_back();
    return line;
}

// A lost wakeup in three of so many cycles, as testing_results::mixed() sums it up.
inline page_series rare_hang(std::uint32_t cycles_count) {
    page_series series;
    for (std::uint32_t index = 0; index < cycles_count; ++index) {
        const bool is_red = index == 431 || index == 531 || index == 631;
        const auto took = std::chrono::microseconds(20'000 + index * 7919 % 31'000);
        series.take(is_red ? line_of(red_id, hung(index), judgement::kind::broken)
                           : line_of(red_id, stopped(index, took), judgement::kind::kept));
    }
    return series;
}

inline std::vector<std::string> files_kept(const std::string& folder) {
    return folder.starts_with("cycles/") ? std::vector<std::string>{"server.log", "hang.txt"}
                                         : std::vector<std::string>{};
}

inline bool has_xmllint() {
    return std::system("xmllint --version >/dev/null 2>&1") == 0;
}

inline bool is_well_formed(const std::string& path) {
    return std::system(("xmllint --noout '" + path + "'").c_str()) == 0;
}

}  // namespace stormdrain::page::testing_page
