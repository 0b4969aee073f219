#include "harness/report/grid_html.hpp"

#include "harness/report/golden.hpp"
#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace stormdrain {
namespace {

using namespace testing_results;
using testing::HasSubstr;
using testing::Not;

std::string written(const run_results& results) {
    std::ostringstream out;
    write_grid_html(out, results);
    return out.str();
}

TEST(GridHtml, DrawsATableOfAllCells) {
    expect_golden("grid.html", written(with_grid()));
}

// Goal: it is read below "default-src 'none'", which blocks each of these.
TEST(GridHtml, NeedsNothingThatAContentPolicyBlocks) {
    const std::string page = written(with_grid());
    for (const char* const blocked : {"<script", "<style", "style=", "<link", "<img",
                                      "src=", "onclick", "@import", "url(", "<iframe"}) {
        EXPECT_THAT(page, Not(HasSubstr(blocked)));
    }
}

TEST(GridHtml, EscapesWhatServersAndUsersWrote) {
    run_results results = with_grid();
    results.facts.command = "run --filter '<b>'";
    scenario_result& red = results.scenarios[1];
    red.checks[1].samples.front().message = "said \"</td><script>\" & hung";
    const std::string page = written(results);
    EXPECT_THAT(page, Not(HasSubstr("<script>")));
    EXPECT_THAT(page, HasSubstr("&lt;/td&gt;&lt;script&gt;"));
    EXPECT_THAT(page, HasSubstr("--filter '&lt;b&gt;'"));
}

TEST(GridHtml, SaysWhenTheRunWasNotFinished) {
    run_results results = with_grid();
    EXPECT_THAT(written(results), Not(HasSubstr("not finished")));
    results.finished = false;
    EXPECT_THAT(written(results), HasSubstr("The run was not finished"));
}

TEST(HasGrid, TellsWhetherThereIsAnythingToDraw) {
    EXPECT_TRUE(has_grid(with_grid()));
    EXPECT_FALSE(has_grid(mixed()));
}

}  // namespace
}  // namespace stormdrain
