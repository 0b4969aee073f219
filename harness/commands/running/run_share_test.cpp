#include "harness/commands/running/run_share.hpp"

#include "harness/commands/plan_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <sstream>

namespace stormdrain {
namespace {

using testing::HasSubstr;

class RunShare : public testing::Test {
protected:
    RunShare() {
        asked_.out_folder = folder_.path();
        asked_.run_seed = 1;
    }

    void ask_for(std::uint32_t number, std::uint32_t total) {
        asked_.shard.from = shard_order::source::given;
        asked_.shard.number = number;
        asked_.shard.total = total;
        asked_.shard.divides_cycles = true;
    }

    run_share share() const {
        return run_share(asked_, [this](const char* name) -> const char* {
            const auto found = variables_.find(name);
            return found == variables_.end() ? nullptr : found->second.c_str();
        });
    }

    static plan ten_cycles() {
        plan whole = plan_of({scenario_of(10)});
        whole.scenarios.front().id = "t/s/x";
        return whole;
    }

    temporary_folder folder_;
    invocation asked_;
    std::map<std::string, std::string> variables_;
};

TEST_F(RunShare, IsEverythingWithoutShards) {
    run_share all = share();
    all.open();
    EXPECT_FALSE(all.is_shard());
    EXPECT_EQ(all.part_of(ten_cycles()).cycles_count(), 10U);
    EXPECT_EQ(all.results_path(), folder_.file("results.jsonl"));
    EXPECT_EQ(all.folder(), folder_.path());
    EXPECT_EQ(all.reports().junit, folder_.file("junit.xml"));
    std::ostringstream out;
    all.describe(out, ten_cycles(), ten_cycles());
    EXPECT_EQ(out.str(), "");
}

TEST_F(RunShare, OfAShardHasAFolderOfItsOwnBesideThoseOfTheOthers) {
    ask_for(2, 4);
    run_share second = share();
    second.open();
    EXPECT_EQ(second.part_of(ten_cycles()).cycles_count(), 3U);
    EXPECT_EQ(second.results_path(), folder_.file("results-2-1.jsonl.part"));
    EXPECT_EQ(second.folder(), folder_.file("shard-2-1"));
    EXPECT_EQ(second.reports().summary, folder_.file("shard-2-1/summary.md"));
    second.complete();
    EXPECT_TRUE(std::filesystem::exists(folder_.file("results-2-1.jsonl")));
    std::ostringstream out;
    second.describe(out, ten_cycles(), second.part_of(ten_cycles()));
    EXPECT_EQ(out.str(),
              "shard 2/4, as --shard says: 1 of 1 scenarios, 3 of 10 cycles; attempt 1\n");
}

TEST_F(RunShare, TakesTheAttemptOfTheScheduler) {
    variables_ = {{"SLURM_ARRAY_TASK_ID", "2"}, {"SLURM_RESTART_COUNT", "3"}};
    asked_.shard.from = shard_order::source::index_detected;
    asked_.shard.total = 4;
    run_share second = share();
    second.open();
    EXPECT_EQ(second.attempt(), 4U);
    std::ostringstream out;
    second.describe(out, ten_cycles(), second.part_of(ten_cycles()));
    EXPECT_THAT(out.str(), HasSubstr("shard 2/4, as Slurm (SLURM_ARRAY_TASK_ID) says"));
    EXPECT_THAT(out.str(), HasSubstr("attempt 4, as SLURM_RESTART_COUNT says"));
    run_share again = share();
    again.open();
    EXPECT_EQ(again.attempt(), 5U);
}

TEST_F(RunShare, TellsTheEngineThatItWasHeard) {
    variables_ = {{"TEST_SHARD_INDEX", "1"},
                  {"TEST_TOTAL_SHARDS", "2"},
                  {"TEST_SHARD_STATUS_FILE", folder_.file("heard")}};
    run_share second = share();
    EXPECT_FALSE(std::filesystem::exists(folder_.file("heard")));
    second.open();
    EXPECT_TRUE(std::filesystem::exists(folder_.file("heard")));
}

TEST_F(RunShare, RefusesWhatCouldNeverBeMerged) {
    ask_for(1, 2);
    asked_.run_seed.reset();
    EXPECT_THROW(share(), usage_error);
    ask_for(1, 1);
    EXPECT_NO_THROW(share()) << "alone it has its own";
    asked_.until_fail = true;
    EXPECT_THROW(share(), usage_error);
}

}  // namespace
}  // namespace stormdrain
