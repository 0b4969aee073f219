#include "harness/report/shard_check.hpp"

#include "harness/config/problem.hpp"
#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

#include <functional>

namespace stormdrain {
namespace {

using testing::HasSubstr;

stored_run run_with(const std::string& file, const std::function<void(run_facts&)>& change = {}) {
    stored_run run;
    run.file = file;
    run.planned.facts = testing_results::facts();
    run.planned.facts.target_versions = {{"salvo", "0.63.1"}};
    run.planned.facts.inputs = {{"a/suite.json", 1}, {"a/target.json", 2}};
    run.planned.facts.shard = shard_choice{1, 4, shard_unit::scenarios};
    if (change) {
        change(run.planned.facts);
    }
    return run;
}

std::string complaint_about(const std::function<void(run_facts&)>& change) {
    try {
        check_one_plan({run_with("one"), run_with("other", change)});
    } catch (const config_error& wrong) {
        return wrong.what();
    }
    return "none";
}

TEST(ShardCheck, NamesTheFileAndWhatItHasElse) {
    EXPECT_EQ(complaint_about([](run_facts&) {}), "none");
    EXPECT_THAT(complaint_about([](run_facts& facts) { facts.stormdrain_version = "0.2.0"; }),
                HasSubstr("other: is not of the plan of one: it has stormdrain 0.2.0 instead of "
                          "0.1.0"));
    EXPECT_THAT(complaint_about([](run_facts& facts) { facts.inputs[0].digest = 3; }),
                HasSubstr("another a/suite.json"));
    EXPECT_THAT(complaint_about([](run_facts& facts) { facts.inputs.pop_back(); }),
                HasSubstr("other suites or targets"));
    EXPECT_THAT(complaint_about([](run_facts& facts) { facts.target_versions["salvo"] = "0.64"; }),
                HasSubstr("another version of salvo: 0.64 instead of 0.63.1"));
    EXPECT_THAT(complaint_about([](run_facts& facts) { facts.shard->total = 8; }),
                HasSubstr("8 shards of scenarios instead of 4 shards of scenarios"));
    EXPECT_THAT(complaint_about([](run_facts& facts) { facts.shard->unit = shard_unit::cycles; }),
                HasSubstr("4 shards of cycles"));
    EXPECT_THAT(complaint_about([](run_facts& facts) { facts.plan_hash = 3; }),
                HasSubstr("another selection"));
}

TEST(ShardCheck, MachinesMayHaveTheFilesElsewhere) {
    EXPECT_EQ(complaint_about([](run_facts& facts) {
                  facts.inputs[0].file = "/builds/b/suite.json";
                  facts.hostname = "other";
                  facts.target_versions.clear();  // it had nothing to run
              }),
              "none");
}

TEST(ShardCheck, TheCommonCommandHasNoShard) {
    EXPECT_EQ(without_shard_options("stormdrain run a --shard 2/4 --jobs 2 --attempt=3"),
              "stormdrain run a --jobs 2");
    EXPECT_EQ(without_shard_options("stormdrain run a --shard=2/4 --shard-cycles --out x"),
              "stormdrain run a --out x");
    EXPECT_EQ(without_shard_options("stormdrain run a"), "stormdrain run a");
    EXPECT_EQ(without_shard_options(""), "");
}

}  // namespace
}  // namespace stormdrain
