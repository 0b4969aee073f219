#include "harness/commands/running/planned_results.hpp"

#include "harness/commands/plan_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

plan one_scenario(std::vector<std::uint32_t> cycles) {
    plan planned = plan_of({scenario_of(0)});
    planned.scenarios.front().id = "t/s/x";
    planned.scenarios.front().cycles = std::move(cycles);
    return planned;
}

TEST(PlannedResults, NameTheCyclesInRanges) {
    const run_results planned = planned_results(one_scenario({0, 1, 2, 7, 9, 9, 9, 10}), {});
    const scenario_result& scenario = planned.scenarios.at(0);
    EXPECT_THAT(scenario.cycles,
                ElementsAre(cycle_range{0, 2}, cycle_range{7, 7}, cycle_range{9, 10}));
    EXPECT_EQ(scenario.planned_count, 8U);
    EXPECT_THAT(scenario.share, ElementsAre(place_range{0, 8}));
}

TEST(PlannedResults, SayWhatTheShardUndertakes) {
    run_facts facts;
    facts.shard = shard_choice{2, 2, shard_unit::cycles};
    const plan whole = one_scenario({0, 1, 2, 3});
    EXPECT_THAT(planned_results(whole, facts).scenarios.at(0).share,
                ElementsAre(place_range{2, 2}));
    EXPECT_EQ(planned_results(whole, facts).scenarios.at(0).planned_count, 4U);
    facts.shard->total = 50;
    EXPECT_THAT(planned_results(whole, facts).scenarios.at(0).share, IsEmpty());
}

TEST(PlannedResults, TellFilesApartByWhatIsInThem) {
    const temporary_folder folder;
    plan planned = one_scenario({0});
    auto server = std::make_shared<target>(*planned.scenarios.front().server);
    auto from = std::make_shared<suite>(*planned.scenarios.front().from);
    server->file = folder.file("target.json");
    from->file = folder.file("suite.json");
    planned.scenarios.front().server = server;
    planned.scenarios.front().from = from;
    std::ofstream(server->file) << "{}";
    std::ofstream(from->file) << "[]";
    const std::vector<input_file> before = inputs_of(planned);
    ASSERT_EQ(before.size(), 2U);
    EXPECT_EQ(before[0].file, from->file);
    EXPECT_NE(before[0].digest, before[1].digest);
    EXPECT_EQ(inputs_of(planned), before);
    server->files.push_back({"nginx.conf", "worker_processes 1;"});
    EXPECT_NE(inputs_of(planned)[1], before[1]) << "its templates are a part of it";
    std::ofstream(from->file) << "[1]";
    EXPECT_NE(inputs_of(planned)[0], before[0]);
}

}  // namespace
}  // namespace stormdrain
