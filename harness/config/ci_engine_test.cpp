#include "harness/config/ci_engine.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace stormdrain {
namespace {

ci_engine detected(const std::map<std::string, std::string>& variables) {
    return detect_engine([&variables](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? nullptr : found->second.c_str();
    });
}

TEST(CiEngine, IsKnownByItsOwnVariable) {
    EXPECT_EQ(detected({{"GITHUB_ACTIONS", "true"}, {"CI", "true"}}), ci_engine::github);
    EXPECT_EQ(detected({{"GITLAB_CI", "true"}}), ci_engine::gitlab);
    EXPECT_EQ(detected({{"BUILDKITE", "true"}}), ci_engine::buildkite);
    EXPECT_EQ(detected({{"TF_BUILD", "True"}}), ci_engine::azure);
}

TEST(CiEngine, IsNoneElsewhere) {
    EXPECT_EQ(detected({}), ci_engine::none);
    EXPECT_EQ(detected({{"CI", "true"}, {"CIRCLECI", "true"}}), ci_engine::none);
    EXPECT_EQ(detected({{"GITHUB_ACTIONS", "false"}, {"TF_BUILD", ""}}), ci_engine::none);
}

TEST(CiEngine, HasAWord) {
    EXPECT_EQ(engine_named("azure"), ci_engine::azure);
    EXPECT_EQ(engine_named("none"), ci_engine::none);
    EXPECT_EQ(engine_named("auto"), std::nullopt);
    EXPECT_EQ(engine_named("GitHub"), std::nullopt);
    EXPECT_EQ(to_text(ci_engine::github), "GitHub");
}

}  // namespace
}  // namespace stormdrain
