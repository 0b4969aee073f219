#include "harness/report/page/overview.hpp"

#include "harness/report/page/page_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain::page {
namespace {

using namespace testing_page;
using testing::HasSubstr;

TEST(Overview, ListsScenariosTheRedOnesFirst) {
    std::ostringstream out;
    write_scenarios(out, testing_results::mixed(), rare_hang(440));
    const std::string page = out.str();
    EXPECT_LT(page.find("at=idle,"), page.find("starved"));
    EXPECT_THAT(page, HasSubstr("1 not over"));
    EXPECT_THAT(page, HasSubstr(">3 of 1400</td>"));
    EXPECT_THAT(page, HasSubstr(">0.044 % .. 0.62 %</td>"));
}

TEST(Overview, SaysWhyNothingCouldBeJudged) {
    std::ostringstream out;
    write_not_judged(out, testing_results::mixed());
    EXPECT_THAT(out.str(), HasSubstr("the harness was starved"));
}

TEST(Overview, NamesKnownDefectsAndTheirOrigin) {
    std::ostringstream out;
    write_known(out, testing_results::with_grid());
    EXPECT_THAT(out.str(), HasSubstr("hyperium/hyper#2730"));
}

TEST(Overview, DrawsEveryGrid) {
    std::ostringstream out;
    write_grids(out, testing_results::with_grid());
    EXPECT_THAT(out.str(), HasSubstr("Grid shutdown/cells on salvo-0_63"));
}

TEST(Overview, SaysWhereItWasRun) {
    std::ostringstream out;
    write_environment(out, testing_results::mixed());
    EXPECT_THAT(out.str(), HasSubstr("Linux 6.1"));
    EXPECT_THAT(out.str(), HasSubstr("href=\"results.jsonl\""));
}

}  // namespace
}  // namespace stormdrain::page
