// The recipes for other people's CI are read by engines that are not here: what can be known of
// them without is that they are well formed, and that their parts agree.

#include "ci/acceptance/program.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <set>
#include <string>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

std::string recipe(const std::string& name) {
    return std::string(STORMDRAIN_SOURCE_FOLDER) + "/ci/" + name;
}

class Recipes : public testing::Test {
protected:
    // The documents of a YAML file as JSON, in an array.
    json documents_of(const std::string& name) {
        const std::string script =
            "import json, sys, yaml\n"
            "print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1]))), "
            "default=str))";
        const finished read =
            run_program({PYTHON_PROGRAM, "-c", script, recipe(name)}, folder_.file("output"), 20s);
        EXPECT_EQ(read.how.exit_code, 0) << read.output;
        return json::parse(read.output, nullptr, false);
    }

    void SetUp() override {
        const finished asked =
            run_program({PYTHON_PROGRAM, "-c", "import yaml"}, folder_.file("output"), 20s);
        if (asked.how.exit_code != 0) {
            GTEST_SKIP() << "no yaml for python3 (package python3-yaml)";
        }
    }

    scratch_folder folder_;
};

// All commands of a job of GitHub's.
std::string commands_of(const json& job) {
    std::string all;
    for (const json& step : job.at("steps")) {
        all += step.value("run", "") + "\n";
    }
    return all;
}

TEST_F(Recipes, GitHubsShardsAreAsManyAsTheCommandSays) {
    const json jobs = documents_of("github/shards.yml").at(0).at("jobs");
    const json& shard = jobs.at("shard");
    EXPECT_EQ(shard.at("strategy").at("fail-fast"), false);
    const json numbers = shard.at("strategy").at("matrix").at("shard");
    ASSERT_EQ(numbers.size(), 4U);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        EXPECT_EQ(numbers[i], i + 1) << "shards are counted from 1";
    }
    EXPECT_THAT(commands_of(shard), AllOf(HasSubstr("--shard ${{ matrix.shard }}/4"),
                                          HasSubstr("--seed ${{ github.run_id }}")));
    const json& merge = jobs.at("merge");
    EXPECT_EQ(merge.at("needs"), "shard");
    EXPECT_EQ(merge.at("if"), "always()");
    EXPECT_THAT(commands_of(merge), HasSubstr("stormdrain merge shards --out"));
}

TEST_F(Recipes, GitLabsMergeHasTheArtifactsOfAllShards) {
    const json file = documents_of("gitlab/shards.yml").at(0);
    const json& shard = file.at("stormdrain-shard");
    EXPECT_EQ(shard.at("parallel"), 4);
    EXPECT_THAT(shard.at("script").back().get<std::string>(),
                HasSubstr("--seed \"$CI_PIPELINE_ID\""));
    EXPECT_EQ(shard.at("artifacts").at("when"), "always");
    const json& merge = file.at("stormdrain-merge");
    EXPECT_EQ(merge.at("needs").at(0).at("job"), "stormdrain-shard");
    EXPECT_EQ(merge.at("artifacts").at("reports").at("junit"), "merged/junit*.xml");
    for (const char* const job : {"stormdrain-shard", "stormdrain-merge"}) {
        EXPECT_EQ(file.at(job).at("extends"), ".stormdrain");
        EXPECT_FALSE(file.at(job).contains("stage")) << "whoever includes it has stages of his own";
    }
    EXPECT_EQ(file.at(".stormdrain").at("rules").at(0).at("when"), "always")
        << "the merge has to name a shard that failed";
}

// Job, batch/v1: which fields need which others is in Kubernetes' documentation of jobs.
TEST_F(Recipes, KubernetesActsOnTheExitCode) {
    const json jobs = documents_of("kubernetes/nightly.yml");
    ASSERT_EQ(jobs.size(), 2U);
    const json& spec = jobs[0].at("spec");
    EXPECT_EQ(jobs[0].at("apiVersion"), "batch/v1");
    EXPECT_EQ(spec.at("completionMode"), "Indexed");
    const json& pod = spec.at("template").at("spec");
    EXPECT_EQ(pod.at("restartPolicy"), "Never") << "podFailurePolicy asks for it";
    EXPECT_TRUE(spec.contains("backoffLimitPerIndex")) << "FailIndex asks for it";
    const json& container = pod.at("containers").at(0);
    const std::string shards = "--shard=auto/" + spec.at("completions").dump();
    EXPECT_THAT(container.at("command"), Contains(shards));
    std::set<int> fails;
    std::set<int> tried_again;
    for (const json& rule : spec.at("podFailurePolicy").at("rules")) {
        if (!rule.contains("onExitCodes")) {
            continue;
        }
        EXPECT_EQ(rule.at("onExitCodes").at("containerName"), container.at("name"));
        auto& codes = rule.at("action") == "FailIndex" ? fails : tried_again;
        for (const json& code : rule.at("onExitCodes").at("values")) {
            codes.insert(code.get<int>());
        }
    }
    EXPECT_EQ(fails, (std::set<int>{1, 2, 4}));
    EXPECT_EQ(tried_again, (std::set<int>{3}));
    const json& merging = jobs[1].at("spec").at("template").at("spec").at("containers").at(0);
    EXPECT_EQ(merging.at("command").at(1), "merge");
}

// Each input is used, and by way of a variable: within a script it would be commands.
TEST_F(Recipes, GitHubsActionTakesItsInputsAsVariables) {
    const json action = documents_of("github/action.yml").at(0);
    EXPECT_EQ(action.at("runs").at("using"), "composite");
    const json& steps = action.at("runs").at("steps");
    const json& run = steps.back();
    const std::string variables = run.at("env").dump();
    for (const auto& [input, meaning] : action.at("inputs").items()) {
        EXPECT_THAT(variables, HasSubstr("${{ inputs." + input + " }}"));
        EXPECT_TRUE(meaning.contains("default") || meaning.value("required", false)) << input;
    }
    for (const json& step : steps) {
        EXPECT_EQ(step.at("shell"), "bash") << "composite steps have to say so";
        EXPECT_THAT(step.at("run").get<std::string>(), testing::Not(HasSubstr("${{")));
    }
    EXPECT_THAT(run.at("run").get<std::string>(), HasSubstr("exit \"$status\""));
}

TEST_F(Recipes, EveryYamlIsWellFormed) {
    for (const char* const name :
         {"github/nightly.yml", "github/action.yml", "github/shards.yml", "gitlab/nightly.yml",
          "gitlab/shards.yml", "kubernetes/nightly.yml"}) {
        EXPECT_TRUE(documents_of(name).is_array()) << name;
    }
}

TEST_F(Recipes, ScriptsForSlurmAreRead) {
    for (const char* const name : {"slurm/submit", "slurm/shard", "slurm/merge"}) {
        const finished read =
            run_program({"/bin/sh", "-n", recipe(name)}, folder_.file("output"), 20s);
        EXPECT_EQ(read.how.exit_code, 0) << read.output;
    }
    const finished alone = run_program({recipe("slurm/submit"), "4"}, folder_.file("output"), 20s);
    EXPECT_EQ(alone.how.exit_code, 2);
    EXPECT_THAT(alone.output, HasSubstr("ci/slurm/submit SHARDS FOLDER"));
}

}  // namespace
}  // namespace stormdrain::acceptance
