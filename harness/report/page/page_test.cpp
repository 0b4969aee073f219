#include "harness/report/page/page.hpp"

#include "harness/report/golden.hpp"
#include "harness/report/page/page_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

namespace stormdrain::page {
namespace {

using namespace testing_page;
using testing::HasSubstr;
using testing::Not;

std::string written(const run_results& results, const page_series& series) {
    std::ostringstream out;
    write_page(out, results, series, files_kept);
    return out.str();
}

void expect_well_formed(const std::string& page) {
    const temporary_folder folder;
    std::ofstream(folder.file("page.html")) << page;
    EXPECT_TRUE(is_well_formed(folder.file("page.html")));
}

TEST(Page, AnswersWhatARedNightAsks) {
    constexpr std::uint32_t cycles = 640;
    const std::string page = written(testing_results::mixed(), rare_hang(cycles));
    expect_golden("mixed.report.html", page);
    const std::size_t second_screen = page.find("second by second");
    for (const char* const answer : {"shutdown_deadline", "3 of 1400 cycles", "identity 3f2a91bc",
                                     "Since when", "--cycle 431"}) {
        EXPECT_LT(page.find(answer), second_screen) << answer;
    }
}

// Goal: it is read below "default-src 'none'", which blocks each of these. A style sheet is there,
// and nothing depends on it.
TEST(Page, NeedsNothingThatAContentPolicyBlocks) {
    const std::string page = written(testing_results::mixed(), rare_hang(440));
    for (const char* const blocked : {"<script", "style=", "<link", "<img", "src=", "onclick",
                                      "@import", "url(", "<iframe", "class="}) {
        EXPECT_THAT(page, Not(HasSubstr(blocked)));
    }
}

TEST(Page, IsWellFormedWhateverServersSay) {
    if (!has_xmllint()) {
        GTEST_SKIP() << "no xmllint";
    }
    run_results results = testing_results::mixed();
    scenario_result& red = results.scenarios.front();
    finding& said = red.checks.front().samples.front();
    said.message = "</p><script>alert(1)</script> \x1b[31m \xff & ]]>";
    said.evidence = {"<!-- \"'", std::string(5000, '<')};
    results.facts.command = "run '<b>' && --";
    results.facts.hostname = "<i>";
    results.facts.target_versions["salvo-0_63"] = "<v>&";
    page_series series;
    cycle_record record = hung(431);
    record.output.tail = "</pre><script>\x01\xfe ]]>";
    record.output.path = "/out/cycles/a\"><b>/1/server.log";
    record.timeline.front().what = "</svg>";
    record.stop.trigger = "GET /\"<>";
    series.take(line_of(red_id, record, judgement::kind::broken));
    const std::string page = written(results, series);
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    expect_well_formed(page);
    expect_well_formed(written(testing_results::with_grid(), {}));
}

TEST(Page, OfAGreenRunShowsTheLongestStop) {
    run_results results = testing_results::mixed();
    results.scenarios = {testing_results::scenario("idle", 2)};
    results.scenarios[0].checks = {testing_results::passed("exit_status", 2)};
    page_series series;
    series.take(line_of(results.scenarios[0].id, stopped(1, 90ms), judgement::kind::kept));
    const std::string page = written(results, series);
    EXPECT_THAT(page, HasSubstr("GREEN"));
    EXPECT_THAT(page, HasSubstr("The longest stop"));
    EXPECT_THAT(page, HasSubstr("Cycle 1, second by second"));
}

TEST(Page, SaysWhenTheRunWasNotFinished) {
    run_results results = testing_results::mixed();
    results.finished = false;
    EXPECT_THAT(written(results, {}), HasSubstr("the run was not finished"));
    results.scenarios.clear();
    EXPECT_THAT(written(results, {}), HasSubstr("UNFINISHED"));
}

TEST(Page, StaysSmallHoweverMuchIsBroken) {
    constexpr std::size_t bytes_max = 300'000;
    constexpr std::uint32_t cycles = 1000;
    const page_series one = rare_hang(cycles);
    run_results results = testing_results::with_grid();
    page_series series;
    for (int i = 0; i < 300; ++i) {
        scenario_result red = testing_results::scenario("row=" + std::to_string(i), cycles);
        red.checks = {testing_results::failed("shutdown_deadline", 8, cycles),
                      testing_results::failed("exit_status", 8, cycles)};
        red.checks[0].identities = {{"f" + std::to_string(i), 8}};
        red.checks[0].samples[0].evidence.assign(100, std::string(5000, 'x'));
        for (const std::uint32_t index : {1U, 2U, 3U}) {
            series.take(line_of(red.id, hung(index), judgement::kind::broken));
        }
        results.scenarios.push_back(red);
    }
    EXPECT_LT(written(results, series).size(), bytes_max);
}

}  // namespace
}  // namespace stormdrain::page
