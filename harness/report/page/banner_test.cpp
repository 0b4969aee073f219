#include "harness/report/page/banner.hpp"

#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace stormdrain::page {
namespace {

using testing::HasSubstr;
using namespace testing_results;

std::string banner_of(const run_results& results) {
    std::ostringstream out;
    write_banner(out, results);
    return out.str();
}

run_results with(check_result result) {
    run_results results = mixed();
    results.scenarios = {scenario("idle", 5)};
    results.scenarios[0].checks = {std::move(result)};
    return results;
}

TEST(Banner, SaysTheVerdictInAWord) {
    EXPECT_THAT(banner_of(mixed()), HasSubstr("RED: 1 defect found"));
    EXPECT_THAT(banner_of(with(passed("exit_status", 5))), HasSubstr("GREEN"));
    EXPECT_THAT(banner_of(with(unjudged("exit_status", verdict::inconclusive, "starved"))),
                HasSubstr("NOT JUDGED"));
}

TEST(Banner, IsNotGreenWhereResultsAreNotThere) {
    run_results results = with(passed("exit_status", 5));
    results.scenarios[0].absent_count = 2;
    EXPECT_THAT(banner_of(results), HasSubstr("UNFINISHED"));
    results = with(passed("exit_status", 5));
    results.finished = false;
    EXPECT_THAT(banner_of(results), HasSubstr("UNFINISHED"));
}

TEST(Banner, SaysHowMuchWasRunAndWhere) {
    const std::string banner = banner_of(mixed());
    EXPECT_THAT(banner, HasSubstr("cycles of 3 scenarios in 61 s"));
    EXPECT_THAT(banner, HasSubstr("on soak-3, salvo 0.63.1, seed 0x5eed0001"));
}

TEST(Banner, TellsANightInHours) {
    run_results results = testing_results::mixed();
    results.took = 7h + 2min + 11s;
    EXPECT_THAT(banner_of(results), HasSubstr(" in 07:02:11<"));
}

}  // namespace
}  // namespace stormdrain::page
