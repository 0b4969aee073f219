#include "harness/report/stored_json.hpp"

#include "harness/report/shard_fixture.hpp"

#include <gmock/gmock.h>

#include <stdexcept>

namespace stormdrain {
namespace {

using namespace testing_shards;
using nlohmann::json;

// The lines that json_lines wrote of the kind.
std::vector<json> lines_of(const std::string& kind, const shard_text& from = {}) {
    std::vector<json> found;
    std::istringstream in(from.text());
    for (std::string line; std::getline(in, line);) {
        json read = json::parse(line);
        if (read["kind"] == kind) {
            found.push_back(std::move(read));
        }
    }
    return found;
}

TEST(StoredJson, FactsOutliveTheFile) {
    const json header = lines_of("header", quarter(3)).at(0);
    EXPECT_EQ(stored_json::why_unreadable(header), "");
    const run_facts read = stored_json::read_facts(header);
    const run_facts written = testing_results::facts();
    EXPECT_EQ(read.stormdrain_version, written.stormdrain_version);
    EXPECT_EQ(read.command, written.command);
    EXPECT_EQ(read.program, written.program);
    EXPECT_EQ(read.run_seed, written.run_seed);
    EXPECT_EQ(read.plan_hash, written.plan_hash);
    EXPECT_EQ(read.hostname, written.hostname);
    EXPECT_EQ(read.kernel, written.kernel);
    EXPECT_EQ(read.machine, written.machine);
    EXPECT_EQ(read.began, written.began);
    EXPECT_EQ(read.shard, quarter(3).shard);
    EXPECT_EQ(read.inputs.at(1), (input_file{"servers/salvo/target.json", 0x22}));
}

TEST(StoredJson, ResultsThatSayNothingOfTheirMachineAreReadable) {
    json header = lines_of("header").at(0);
    header.erase("machine");
    EXPECT_EQ(stored_json::read_facts(header).machine, machine_facts{});
}

TEST(StoredJson, PlannedScenariosOutliveTheFile) {
    const scenario_result written = planned_scenarios().back();
    const json header = lines_of("header").at(0);
    const scenario_result read = stored_json::read_planned(header["scenarios"][1]);
    EXPECT_EQ(read.id, written.id);
    EXPECT_EQ(read.suite_file, written.suite_file);
    EXPECT_EQ(read.target_file, written.target_file);
    EXPECT_EQ(read.planned_count, written.planned_count);
    EXPECT_EQ(read.cycles, written.cycles);
    EXPECT_EQ(read.share, written.share);
    EXPECT_EQ(read.known, written.known);
    EXPECT_EQ(read.cell, written.cell);
}

TEST(StoredJson, WhatTheChecksSaidOutlivesTheFile) {
    scenario_judge judge(planned_scenarios().front(), {});
    const json line = lines_of("cycle").at(2);  // the one that hangs
    judged_cycle expected = judge.add(record_of(0, 2));
    EXPECT_EQ(stored_json::read_judged(line), expected);
    EXPECT_EQ(line["plan_hash"], "0x0");
}

TEST(StoredJson, RefusesWordsOfAnotherVersion) {
    const auto spoilt = [](json line, const json& pointer_and_value) {
        line[json::json_pointer(pointer_and_value[0].get<std::string>())] = pointer_and_value[1];
        return line;
    };
    const json header = lines_of("header", quarter(3)).at(0);
    for (const json& change :
         {json{"/seed", "five"}, json{"/began", "yesterday"}, json{"/shard/unit", "machines"},
          json{"/shard/number", 5}, json{"/inputs/0/digest", ""}}) {
        EXPECT_THROW(stored_json::read_facts(spoilt(header, change)), std::invalid_argument)
            << change;
    }
    const json cycle = lines_of("cycle").at(2);
    EXPECT_THROW(stored_json::read_judged(spoilt(cycle, json{"/outcomes", "kx"})),
                 std::invalid_argument);
    EXPECT_THROW(stored_json::read_judged(spoilt(cycle, json{"/findings/0/severity", "grave"})),
                 std::invalid_argument);
    EXPECT_THROW(stored_json::read_judged(json::object()), json::exception);
}

TEST(StoredJson, TimesKeepTheirMicroseconds) {
    for (const std::int64_t micros : {0LL, 1LL, 999LL, 1'234'567LL, 28'800'000'001LL}) {
        const json written = static_cast<double>(micros) / 1000.0;
        EXPECT_EQ(stored_json::read_milliseconds(json::parse(written.dump())).count(), micros);
    }
}

}  // namespace
}  // namespace stormdrain
