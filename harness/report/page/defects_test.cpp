#include "harness/report/page/defects.hpp"

#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::page {
namespace {

using namespace testing_results;
using testing::ElementsAre;

TEST(Defects, AreNamedOnceInHoweverManyScenariosTheyShow) {
    run_results results = mixed();
    results.scenarios.push_back(scenario("at=busy", 50));
    results.scenarios.back().checks = {failed("shutdown_deadline", 9, 50)};
    const std::vector<defect> found = defects_of(results, verdict::fail);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].broken_count, 12U);
    EXPECT_EQ(found[0].scenario, &results.scenarios.back()) << "where it shows most often";
    EXPECT_THAT(found[0].scenarios,
                ElementsAre(results.scenarios[0].id, results.scenarios.back().id));
    ASSERT_NE(found[0].sample, nullptr);
    EXPECT_EQ(found[0].sample->fingerprint, "3f2a91bc");
}

TEST(Defects, OfDifferentIdentitiesAreDifferent) {
    run_results results = mixed();
    results.scenarios[0].checks[0].identities = {{"3f2a91bc", 1}, {"00000002", 2}};
    const std::vector<defect> found = defects_of(results, verdict::fail);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].fingerprint, "00000002") << "the most frequent first";
}

TEST(Defects, HaveThatAKnownOneIsGone) {
    run_results results = mixed();
    results.scenarios = {scenario("idle", 5)};
    results.scenarios[0].checks = {repaired("shutdown_deadline", 5)};
    ASSERT_EQ(defects_of(results, verdict::fail).size(), 1U);
    EXPECT_EQ(defects_of(results, verdict::fail)[0].sample->id, "known_defect_gone");
    EXPECT_TRUE(defects_of(results, verdict::known).empty());
}

}  // namespace
}  // namespace stormdrain::page
