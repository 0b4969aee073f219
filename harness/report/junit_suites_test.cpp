#include "harness/report/junit_suites.hpp"

#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using namespace testing_results;

TEST(JunitLevel, MapsNamesToWhatEveryReaderTakes) {
    EXPECT_EQ(junit_level("moments/at=idle,faults=reset+fin"), "moments-at-idle-faults-reset-fin");
    EXPECT_EQ(junit_level("nginx 1.22"), "nginx-1-22");
    EXPECT_EQ(junit_level("snake_case"), "snake_case");
    EXPECT_EQ(junit_level(""), "-");
    EXPECT_LE(junit_level(std::string(500, 'a')).size(), 80U);
    EXPECT_NE(junit_level(std::string(500, 'a')), junit_level(std::string(501, 'a')));
}

TEST(JunitLevel, NamesThatBecomeEqualStayApart) {
    run_results results = mixed();
    results.scenarios = {scenario("a-b", 1), scenario("a/b", 1), scenario("a=b", 1)};
    const std::vector<junit_suite> suites = make_junit_suites(results);
    EXPECT_EQ(suites[0].levels[2], "a-b");
    EXPECT_THAT(suites[1].levels[2], testing::StartsWith("a-b-"));
    EXPECT_NE(suites[1].levels[2], suites[2].levels[2]);
}

}  // namespace
}  // namespace stormdrain
