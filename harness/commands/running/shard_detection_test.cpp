#include "harness/commands/running/shard_detection.hpp"

#include <gmock/gmock.h>

#include <map>

namespace stormdrain {
namespace {

using testing::HasSubstr;

using variables_of_an_engine = std::map<std::string, std::string>;

environment_lookup lookup_in(variables_of_an_engine variables) {
    return [variables = std::move(variables)](const char* name) -> const char* {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    };
}

std::optional<found_shard> found_in(const variables_of_an_engine& variables,
                                    const shard_order& order = {}) {
    return find_shard(order, lookup_in(variables));
}

std::string refusal_of(const variables_of_an_engine& variables, const shard_order& order = {}) {
    try {
        found_in(variables, order);
    } catch (const usage_error& wrong) {
        return wrong.what();
    }
    return "none";
}

shard_order given(std::uint32_t number, std::uint32_t total) {
    shard_order order;
    order.from = shard_order::source::given;
    order.number = number;
    order.total = total;
    return order;
}

shard_order automatic(std::uint32_t total) {
    shard_order order;
    order.from = shard_order::source::index_detected;
    order.total = total;
    return order;
}

TEST(FindShard, NobodyDividesTheWork) {
    EXPECT_FALSE(found_in({}).has_value());
    EXPECT_FALSE(found_in({{"CI_NODE_TOTAL", "1"}}).has_value()) << "GitLab, an ordinary job";
    EXPECT_FALSE(found_in({{"TEST_TOTAL_SHARDS", "0"}}).has_value());
}

TEST(FindShard, EveryEngineCountsInItsOwnWay) {
    const std::vector<std::pair<variables_of_an_engine, std::string>> engines{
        {{{"TEST_SHARD_INDEX", "1"}, {"TEST_TOTAL_SHARDS", "4"}}, "Bazel (TEST_SHARD_INDEX)"},
        {{{"GTEST_SHARD_INDEX", "1"}, {"GTEST_TOTAL_SHARDS", "4"}},
         "GoogleTest (GTEST_SHARD_INDEX)"},
        {{{"CI_NODE_INDEX", "2"}, {"CI_NODE_TOTAL", "4"}}, "GitLab (CI_NODE_INDEX)"},
        {{{"CIRCLE_NODE_INDEX", "1"}, {"CIRCLE_NODE_TOTAL", "4"}}, "CircleCI (CIRCLE_NODE_INDEX)"},
        {{{"BUILDKITE_PARALLEL_JOB", "1"}, {"BUILDKITE_PARALLEL_JOB_COUNT", "4"}},
         "Buildkite (BUILDKITE_PARALLEL_JOB)"}};
    for (const auto& [variables, source] : engines) {
        const std::optional<found_shard> found = found_in(variables);
        ASSERT_TRUE(found.has_value()) << source;
        EXPECT_EQ(to_text(found->which), "2/4") << source;
        EXPECT_EQ(found->source, source);
    }
}

TEST(FindShard, WhatWasAskedForWins) {
    const variables_of_an_engine gitlab{{"CI_NODE_INDEX", "2"}, {"CI_NODE_TOTAL", "4"}};
    EXPECT_EQ(to_text(found_in(gitlab, given(3, 8))->which), "3/8");
    shard_order off;
    off.from = shard_order::source::off;
    EXPECT_FALSE(found_in(gitlab, off).has_value());
    shard_order cycles;
    cycles.divides_cycles = true;
    EXPECT_EQ(found_in(gitlab, cycles)->which.unit, shard_unit::cycles);
}

TEST(FindShard, TellsBazelThatItWasHeard) {
    const variables_of_an_engine bazel{{"TEST_SHARD_INDEX", "0"},
                                       {"TEST_TOTAL_SHARDS", "2"},
                                       {"TEST_SHARD_STATUS_FILE", "/tmp/heard"}};
    EXPECT_EQ(found_in(bazel)->status_file, "/tmp/heard");
}

TEST(FindShard, RefusesAnEngineThatSaysHalfOfIt) {
    EXPECT_THAT(refusal_of({{"CI_NODE_TOTAL", "4"}}),
                HasSubstr("every machine would run everything"));
    EXPECT_THAT(refusal_of({{"CI_NODE_TOTAL", "4"}, {"CI_NODE_INDEX", "0"}}),
                HasSubstr("CI_NODE_INDEX: expected a number from 1 to 4, got \"0\""));
    EXPECT_THAT(refusal_of({{"CI_NODE_TOTAL", "4"}, {"CI_NODE_INDEX", "5"}}),
                HasSubstr("got \"5\""));
    EXPECT_THAT(refusal_of({{"CI_NODE_TOTAL", "four"}}), HasSubstr("CI_NODE_TOTAL"));
}

TEST(FindShard, SchedulersNeedTheTotalToBeSaid) {
    const variables_of_an_engine kubernetes{{"JOB_COMPLETION_INDEX", "0"}};
    const variables_of_an_engine slurm{{"SLURM_ARRAY_TASK_ID", "3"},
                                       {"SLURM_ARRAY_TASK_COUNT", "1"}};
    EXPECT_THAT(refusal_of(kubernetes), HasSubstr("--shard auto/N"));
    EXPECT_THAT(refusal_of(slurm), HasSubstr("--shard auto/N (--array=1-N)"));
    EXPECT_EQ(to_text(found_in(kubernetes, automatic(4))->which), "1/4");
    EXPECT_EQ(to_text(found_in(slurm, automatic(4))->which), "3/4");
    EXPECT_EQ(found_in(slurm, automatic(4))->source, "Slurm (SLURM_ARRAY_TASK_ID)");
}

TEST(FindShard, RefusesANumberThatIsNoneOfThem) {
    EXPECT_THAT(refusal_of({{"SLURM_ARRAY_TASK_ID", "0"}}, automatic(4)),
                HasSubstr("expected a number from 1 to 4 (--array=1-N), got \"0\""));
    EXPECT_THAT(refusal_of({{"JOB_COMPLETION_INDEX", "4"}}, automatic(4)),
                HasSubstr("from 0 to 3"));
    EXPECT_THAT(refusal_of({}, automatic(4)), HasSubstr("nothing says which"));
}

TEST(FindAttempt, IsWhatTheSchedulerSays) {
    const auto attempt_in = [](const variables_of_an_engine& variables) {
        return find_attempt({}, lookup_in(variables)).number;
    };
    EXPECT_EQ(attempt_in({}), 1U);
    EXPECT_EQ(attempt_in({{"SLURM_RESTART_COUNT", "2"}}), 3U);
    EXPECT_EQ(attempt_in({{"GITHUB_RUN_ATTEMPT", "2"}}), 2U);
    EXPECT_EQ(attempt_in({{"BUILDKITE_RETRY_COUNT", "0"}}), 1U);
    EXPECT_EQ(attempt_in({{"GITHUB_RUN_ATTEMPT", "x"}}), 1U);
    shard_order order;
    order.attempt = 7;
    const found_attempt asked = find_attempt(order, lookup_in({{"GITHUB_RUN_ATTEMPT", "2"}}));
    EXPECT_EQ(asked.number, 7U);
    EXPECT_TRUE(asked.is_given);
}

}  // namespace
}  // namespace stormdrain
