#include "harness/report/results_reader.hpp"

#include "harness/checks/record_builder.hpp"
#include "harness/config/problem.hpp"
#include "harness/report/json_lines.hpp"
#include "harness/report/results_builder.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <functional>
#include <sstream>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// What a run over one scenario wrote, judged as the run judged it.
std::string written(const std::vector<cycle_record>& records) {
    std::ostringstream out;
    json_lines lines(out);
    run_results results = testing_results::mixed();
    results.scenarios.resize(1);
    const std::string id = results.scenarios.front().id;
    lines.header(results);
    scenario_judge judge(results.scenarios.front(), {});
    for (const cycle_record& record : records) {
        lines.cycle(id, record, judge.add(record));
    }
    lines.scenario(judge.result());
    results.finished = true;
    lines.footer(results);
    return out.str();
}

run_tally read(const std::string& text) {
    std::istringstream lines(text);
    return read_results(lines, "results.jsonl");
}

std::string complaint_about(const std::string& text) {
    try {
        read(text);
    } catch (const config_error& wrong) {
        return to_text(wrong.problems().front());
    }
    return "none";
}

TEST(ResultsReader, CountsWhatTheRunCounted) {
    cycle_record hanging = testing_records::clean_record();
    testing_records::hang(hanging);
    const cycle_record clean = testing_records::clean_record();
    const run_tally run = read(written({clean, hanging, clean}));
    EXPECT_TRUE(run.finished);
    EXPECT_EQ(run.run_seed, "0x5eed0001");
    ASSERT_EQ(run.scenarios.size(), 1U);
    const scenario_tally& scenario = run.scenarios.begin()->second;
    EXPECT_EQ(scenario.planned_count, 2000U);
    EXPECT_EQ(scenario.done_count, 3U);
    EXPECT_EQ(scenario.checks.at("shutdown_deadline").broken, (hit_count{1, 3}));
    EXPECT_THAT(scenario.checks.at("shutdown_deadline").message, HasSubstr("promised to stop"));
    EXPECT_EQ(scenario.checks.at("exit_status").broken, (hit_count{0, 2}));
    EXPECT_THAT(scenario.stop_times_ms, ElementsAre(100, 100));
    EXPECT_FALSE(scenario.checks.contains("handshake_failed")) << "it was not applicable";
}

// Of one process after the other; the second is the longer one.
TEST(ResultsReader, TakesWhatTheLongestLivingProcessHeldAtRest) {
    std::vector<cycle_record> records;
    for (const std::uint32_t index : {0U, 1U, 2U, 3U, 4U, 5U}) {
        cycle_record& record = records.emplace_back(testing_records::clean_record());
        record.in_process = true;
        record.id.index = index;
        record.id.process_number = index < 2 ? 1 : 2;
        process_facts& server = record.rest.at_rest->processes.front();
        server.threads_count = 4;
        for (std::uint32_t held = 0; held <= index; ++held) {
            server.descriptors.push_back(testing_records::file_descriptor(
                static_cast<int>(held), descriptor_kind::epoll, held));
        }
    }
    records[3].health.canary_slip_max = std::chrono::seconds(1);
    const run_tally run = read(written(records));
    const std::vector<rest_sample>& life = run.scenarios.begin()->second.at_rest;
    ASSERT_EQ(life.size(), 3U) << "a starved cycle is left out, as the run left it out";
    EXPECT_EQ(life[0].cycle, 2U);
    EXPECT_EQ(life[0].descriptors.at("epoll"), 3U);
    EXPECT_EQ(life[1].cycle, 4U);
    EXPECT_EQ(life[1].process_number, 2U);
    EXPECT_EQ(life[1].threads_count, 4U);
    const cycle_record another = testing_records::clean_record();
    EXPECT_TRUE(read(written({another})).scenarios.begin()->second.at_rest.empty())
        << "a process of its own for each cycle has no slope";
}

TEST(ResultsReader, TakesARunThatWasKilledAmidALine) {
    std::string text = written({testing_records::clean_record(), testing_records::clean_record()});
    const std::size_t last_cycle = text.rfind("\"kind\":\"cycle\"");
    text.resize(last_cycle);
    const run_tally run = read(text);
    EXPECT_FALSE(run.finished);
    EXPECT_EQ(run.scenarios.begin()->second.done_count, 1U);
}

TEST(ResultsReader, LeavesOutCyclesThatWereRepeated) {
    std::ostringstream out;
    json_lines lines(out);
    const run_results results = testing_results::mixed();
    lines.header(results);
    lines.cycle(results.scenarios.front().id, testing_records::clean_record(), {});
    EXPECT_EQ(read(out.str()).scenarios.at(results.scenarios.front().id).done_count, 0U);
}

TEST(ResultsReader, SaysWhereAFileIsNoResults) {
    EXPECT_THAT(complaint_about(""), HasSubstr("no results in it"));
    EXPECT_THAT(complaint_about("{\"kind\": \"cycle\"}\n"), HasSubstr("expected the line that"));
    EXPECT_THAT(complaint_about("hello\nworld\n"), testing::StartsWith("results.jsonl:1"));
    std::string other_format = written({});
    const std::string format = "\"format\":" + std::to_string(json_lines::format_version);
    other_format.replace(other_format.find(format), format.size(), "\"format\":1");
    EXPECT_THAT(complaint_about(other_format), HasSubstr("got format 1"));
    std::string short_outcomes = written({testing_records::clean_record()});
    const std::size_t outcomes = short_outcomes.find("\"outcomes\":\"") + 12;
    short_outcomes.erase(outcomes, 1);
    EXPECT_THAT(complaint_about(short_outcomes), testing::StartsWith("results.jsonl:2"));
    EXPECT_THROW(read_results("/nowhere/at/all"), config_error);
}

TEST(ResultsReader, TakesAFolderForTheFileInIt) {
    const temporary_folder folder;
    std::ofstream(folder.file("results.jsonl")) << written({testing_records::clean_record()});
    EXPECT_EQ(read_results(folder.path()).scenarios.begin()->second.done_count, 1U);
    EXPECT_EQ(read_results(folder.file("results.jsonl")).scenarios.size(), 1U);
}

}  // namespace
}  // namespace stormdrain
