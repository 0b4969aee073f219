// Several machines run one plan: what they say together is what one machine says alone.

#include "ci/acceptance/sharded_fixture.hpp"

#include <gmock/gmock.h>

#include <filesystem>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

constexpr int promises_kept = 0;
constexpr int promise_broken = 1;
constexpr int bad_usage = 2;
constexpr int could_not_judge = 3;
constexpr int nothing_selected = 4;

// In small_plan().
constexpr std::size_t filter_at = 4;
constexpr std::size_t cycles_at = 6;

class Shards : public sharded_fixture {
protected:
    void expect_merged_equals_one_run(const words& what, const words& division, int code) {
        EXPECT_EQ(run_into("one", what).how.exit_code, code);
        EXPECT_THAT(run_shards("parts", what, 4, division),
                    Each(testing::AnyOf(promises_kept, code)));
        const finished merged = merge({"parts"}, "merged");
        EXPECT_EQ(merged.how.exit_code, code) << merged.output;
        EXPECT_EQ(verdicts_in(text_of("merged", "results.jsonl")),
                  verdicts_in(text_of("one", "results.jsonl")));
        if (was_starved("one") || was_starved("merged")) {
            GTEST_SKIP() << "the machine was too busy: a cycle could not be judged";
        }
        expect_same_reports("merged", "one");
        expect_valid_junit("merged");
    }
};

TEST_F(Shards, SayTogetherWhatOneMachineSaysOfAServerThatKeepsItsPromises) {
    expect_merged_equals_one_run(small_plan(reference_target()), {}, promises_kept);
}

TEST_F(Shards, SayTogetherWhatOneMachineSaysOfADefect) {
    expect_merged_equals_one_run(small_plan(defect_target()), {}, promise_broken);
}

TEST_F(Shards, MayDivideTheCycles) {
    expect_merged_equals_one_run(small_plan(defect_target()), {"--shard-cycles"}, promise_broken);
}

TEST_F(Shards, PlanEveryCycleAsOneMachineDoes) {
    const words what = small_plan(reference_target());
    run_into("one", what);
    run_into("three_jobs", what, {"--jobs", "3"});
    run_shards("single", what, 1);
    run_shards("parts", what, 4);
    merge({"parts"}, "merged");
    const plan_hashes one = plan_hashes_in(text_of("one", "results.jsonl"));
    EXPECT_EQ(one.size(), 4U);
    EXPECT_EQ(plan_hashes_in(text_of("three_jobs", "results.jsonl")), one);
    EXPECT_EQ(plan_hashes_in(text_of("single", "results-1-1.jsonl")), one);
    EXPECT_EQ(plan_hashes_in(text_of("merged", "results.jsonl")), one);
    words replay = what;
    replay[cycles_at - 1] = "--cycle";
    replay[cycles_at] = "1";
    run_into("replay", replay);
    for (const auto& [cycle, hash] : plan_hashes_in(text_of("replay", "results.jsonl"))) {
        EXPECT_EQ(one.at(cycle), hash) << "the plan of a cycle that is replayed";
    }
}

TEST_F(Shards, OneThatIsAbsentIsRed) {
    const words what = small_plan(reference_target());
    run_shards("parts", what, 2, {"--shard-cycles"});
    std::filesystem::remove(file("parts/results-2-1.jsonl"));
    const finished merged = merge({"parts"}, "merged");
    EXPECT_EQ(merged.how.exit_code, could_not_judge) << merged.output;
    EXPECT_THAT(merged.output, HasSubstr("no complete results of shard 2 of 2"));
    EXPECT_THAT(text_of("merged", "junit.xml"),
                AllOf(HasSubstr("type=\"stormdrain.absent\""),
                      HasSubstr("1 of 2 planned cycles is absent")));
    expect_valid_junit("merged");
    run_into("parts", what, {"--shard-cycles", "--shard", "2/2", "--attempt", "2"});
    EXPECT_EQ(merge({"parts"}, "merged").how.exit_code, promises_kept);
}

TEST_F(Shards, OneThatWasRunTwiceCountsOnce) {
    const words what = small_plan(reference_target());
    run_shards("parts", what, 2, {"--shard-cycles"});
    run_into("parts", what, {"--shard-cycles", "--shard", "2/2"});
    EXPECT_TRUE(std::filesystem::exists(file("parts/results-2-2.jsonl")));
    const finished merged = merge({"parts", "parts/results-2-2.jsonl"}, "merged");
    EXPECT_EQ(merged.how.exit_code, promises_kept) << merged.output;
    EXPECT_THAT(merged.output, HasSubstr("results-2-2.jsonl) was run a second time"));
    EXPECT_EQ(plan_hashes_in(text_of("merged", "results.jsonl")).size(), 4U);
}

TEST_F(Shards, OneThatWasKilledLeavesNothingThatCounts) {
    words what = small_plan(reference_target());
    what[cycles_at] = "1000";  // it does not end before it is killed
    {
        program killed(argv_of(what, {"--shard", "1/1"}, "parts"), file("output"));
        const clock::time_point deadline = clock::now() + 30s;
        const std::string part = "results-1-1.jsonl.part";
        while (text_of("parts", part).find("\"kind\":\"cycle\"") == std::string::npos &&
               clock::now() < deadline) {
            killed.wait(clock::now() + 10ms);
        }
        killed.kill();
    }
    const finished alone = merge({"parts"}, "merged");
    EXPECT_EQ(alone.how.exit_code, could_not_judge) << alone.output;
    EXPECT_THAT(alone.output, HasSubstr("did not come to its end"));
    what[cycles_at] = "1";
    const finished other = run_into("parts", what, {"--shard", "1/1"});
    EXPECT_EQ(other.how.exit_code, promises_kept) << other.output;
    EXPECT_TRUE(std::filesystem::exists(file("parts/results-1-2.jsonl")));
}

TEST_F(Shards, OneWithNothingToDoIsCompleteAndGreen) {
    words what = small_plan(reference_target());
    what[filter_at] = "*/at_rest/load=keep_alive";  // one scenario for two shards
    const std::vector<int> codes = run_shards("parts", what, 2);
    EXPECT_THAT(codes, Each(promises_kept));
    EXPECT_EQ(merge({"parts"}, "merged").how.exit_code, promises_kept);
    for (const char* const shard : {"parts/shard-1-1", "parts/shard-2-1"}) {
        expect_valid_junit(shard);
        EXPECT_THAT(text_of(shard, "junit.xml"), Not(HasSubstr("<error")));
    }
    what[filter_at] = "no_such_scenario";
    EXPECT_EQ(run_into("none", what, {"--shard", "1/2"}).how.exit_code, nothing_selected);
}

TEST_F(Shards, OfAnotherPlanAreRefused) {
    words what = small_plan(reference_target());
    run_into("parts", what, {"--shard", "1/2"});
    what.back() = "8";  // --seed
    run_into("parts", what, {"--shard", "2/2"});
    const finished merged = merge({"parts"}, "merged");
    EXPECT_EQ(merged.how.exit_code, bad_usage) << merged.output;
    EXPECT_THAT(merged.output, AllOf(HasSubstr("results-2-1.jsonl: is not of the plan of"),
                                     HasSubstr("the seed 0x8 instead of 0x7")));
}

TEST_F(Shards, NeedACommonSeed) {
    words what = small_plan(reference_target());
    what.resize(what.size() - 2);
    const finished run = run_into("parts", what, {"--shard", "1/2"});
    EXPECT_EQ(run.how.exit_code, bad_usage) << run.output;
    EXPECT_THAT(run.output, HasSubstr("needs a --seed that all shards share"));
}

TEST_F(Shards, AreThoseOfTheEngine) {
    std::vector<std::string> argv = {"/usr/bin/env", "STORMDRAIN_SHARD=", "CI_NODE_INDEX=2",
                                     "CI_NODE_TOTAL=2"};
    const std::vector<std::string> run = argv_of(small_plan(reference_target()), {}, "parts");
    argv.insert(argv.end(), run.begin(), run.end());
    const finished detected = run_program(argv, file("output"), 100s);
    EXPECT_EQ(detected.how.exit_code, promises_kept) << detected.output;
    EXPECT_THAT(detected.output, HasSubstr("shard 2/2, as GitLab (CI_NODE_INDEX) says"));
    EXPECT_TRUE(std::filesystem::exists(file("parts/results-2-1.jsonl")));
}

TEST_F(Shards, AreWhatGnuParallelStarts) {
    if (std::string(PARALLEL_PROGRAM).empty()) {
        GTEST_SKIP() << "no parallel (package parallel)";
    }
    std::vector<std::string> argv = {PARALLEL_PROGRAM, "--jobs", "2"};
    const std::vector<std::string> run =
        argv_of(small_plan(defect_target()), {"--shard", "{#}/4"}, "parts");
    argv.insert(argv.end(), run.begin(), run.end());
    argv.insert(argv.end(), {":::", "1", "2", "3", "4"});
    const finished all = run_program(argv, file("output"), 100s);
    EXPECT_GT(all.how.exit_code.value_or(0), 0) << all.output;  // as many as were red
    EXPECT_EQ(merge({"parts"}, "merged").how.exit_code, promise_broken);
    EXPECT_EQ(plan_hashes_in(text_of("merged", "results.jsonl")).size(), 4U);
}

TEST_F(Shards, ReportsAreMadeAgainOfTheResultsAlone) {
    const int code = run_into("one", small_plan(defect_target())).how.exit_code.value_or(-1);
    EXPECT_EQ(code, promise_broken);
    // The page links what was kept of failed cycles, where it is beside it.
    std::filesystem::create_directory(file("again"));
    std::filesystem::create_directory_symlink(file("one/cycles"), file("again/cycles"));
    const finished again = run_program(
        {STORMDRAIN_PROGRAM, "report", file("one/results.jsonl"), "--out", file("again")},
        file("output"), 100s);
    EXPECT_EQ(again.how.exit_code, code) << again.output;
    for (const char* const name : {"junit.xml", "summary.md", "report.html"}) {
        EXPECT_EQ(text_of("again", name), text_of("one", name)) << name;
    }
    const std::string before = text_of("one", "junit.xml");
    std::filesystem::remove(file("one/junit.xml"));
    run_program({STORMDRAIN_PROGRAM, "report", file("one")}, file("output"), 100s);
    EXPECT_EQ(text_of("one", "junit.xml"), before) << "beside the results, where nothing is said";
}

}  // namespace
}  // namespace stormdrain::acceptance
