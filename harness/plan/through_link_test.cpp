#include "harness/plan/through_link.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

suite suite_with(std::vector<link_use> links) {
    suite made;
    made.name = "some";
    scenario& only = made.scenarios.emplace_back();
    only.name = "one";
    only.links = std::move(links);
    return made;
}

TEST(ThroughLink, GivesAScenarioAnEmptyLink) {
    const std::shared_ptr<const suite> led = through_link(suite_with({}));
    ASSERT_EQ(led->scenarios.front().links.size(), 1U);
    const link_use& link = led->scenarios.front().links.front();
    EXPECT_EQ(link.between, link_place::load_and_target);
    EXPECT_TRUE(link.toxics.empty());
    EXPECT_EQ(led->scenarios.front().name, "one");
}

TEST(ThroughLink, LeavesALinkToTheTargetAsItIs) {
    const std::shared_ptr<const suite> led =
        through_link(suite_with({{"own", link_place::load_and_target, "https", {}}}));
    ASSERT_EQ(led->scenarios.front().links.size(), 1U);
    EXPECT_EQ(led->scenarios.front().links.front().name, "own");
}

TEST(ThroughLink, AddsOneBesideALinkToOrigins) {
    const std::shared_ptr<const suite> led =
        through_link(suite_with({{"own", link_place::target_and_origins, "", {}}}));
    EXPECT_EQ(led->scenarios.front().links.size(), 2U);
}

TEST(ThroughLink, ReachesIncludedSuites) {
    suite outer = suite_with({});
    outer.included.push_back(std::make_shared<const suite>(suite_with({})));
    const std::shared_ptr<const suite> led = through_link(outer);
    EXPECT_EQ(led->included.front()->scenarios.front().links.size(), 1U);
    EXPECT_TRUE(outer.included.front()->scenarios.front().links.empty());
}

}  // namespace
}  // namespace stormdrain
