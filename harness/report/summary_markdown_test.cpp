#include "harness/report/summary_markdown.hpp"

#include "harness/report/golden.hpp"
#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace stormdrain {
namespace {

using namespace testing_results;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string written(const run_results& results) {
    std::ostringstream out;
    write_summary_markdown(out, results);
    return out.str();
}

TEST(SummaryMarkdown, TellsARunOnOnePage) {
    run_results results = mixed();
    scenario_result known = scenario("held", 20);
    known.target = "hyper";
    known.id = "hyper/shutdown/held";
    known.checks = {broken_as_known("shutdown_deadline", 20)};
    results.scenarios.push_back(known);
    expect_golden("mixed.summary.md", written(results));
}

TEST(SummaryMarkdown, SaysInItsFirstLineHowItWent) {
    run_results results = mixed();
    EXPECT_THAT(written(results), StartsWith("# stormdrain: 1 promise broken\n"));
    results.finished = false;
    EXPECT_THAT(written(results), StartsWith("# stormdrain: the run was not finished\n"));
    results.finished = true;
    results.scenarios.erase(results.scenarios.begin());
    EXPECT_THAT(written(results),
                StartsWith("# stormdrain: nothing broken, but not all was run and judged\n"));
    results.scenarios.erase(results.scenarios.begin());
    EXPECT_THAT(written(results), StartsWith("# stormdrain: all promises kept\n"));
}

TEST(SummaryMarkdown, LetsNoTextOfServersFormatThePage) {
    run_results results = mixed();
    results.scenarios[0].checks[0].samples.front().message = "```\n# owned\n<img src=x>";
    results.scenarios[1].checks[0].reason = "| @maintainer <b> `x` [a](http://b)";
    EXPECT_THAT(written(results),
                AllOf(HasSubstr("````text\n"), Not(HasSubstr("\n# owned")),
                      HasSubstr("\\| &#64;maintainer &lt;b> \\`x\\` \\[a\\](http://b)")));
}

// Goal: the summary of a night in which everything is red is not refused.
TEST(SummaryMarkdown, StaysBelowWhatGitHubTakes) {
    run_results results = mixed();
    scenario_result red = results.scenarios.front();
    red.checks[0].samples.front().message = std::string(5000, '|');
    red.checks.push_back(unjudged("port_held", verdict::inconclusive, std::string(5000, '_')));
    red.checks.push_back(broken_as_known("exit_status", 3));
    red.checks.back().known->note = std::string(5000, '<');
    for (int i = 0; i < 2000; ++i) {
        red.target = std::string(500, '*') + std::to_string(i);
        red.id = std::to_string(i) + std::string(2000, '@');
        results.scenarios.push_back(red);
    }
    const std::string page = written(results);
    EXPECT_LT(page.size(), summary_bytes_max);
    EXPECT_THAT(page, HasSubstr("\n1901 more: `results.jsonl`\n"));
}

}  // namespace
}  // namespace stormdrain
