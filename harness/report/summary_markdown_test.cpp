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

// Every section at its worst at once: signs that take five bytes each, and more rows than shown.
TEST(SummaryMarkdown, StaysBelowThatWithEverySectionFull) {
    run_results results = mixed();
    results.facts.replays_count = 10;
    results.facts.command = std::string(5000, '`');
    results.facts.hostname = std::string(5000, '@');
    const scenario_result usual = results.scenarios.front();
    for (int i = 0; i < 300; ++i) {
        scenario_result& red = results.scenarios.emplace_back(usual);
        red.target = std::to_string(i) + std::string(500, '@');
        red.id = red.target + "/" + std::string(500, '&');
        red.target_file = std::string(5000, '@');
        red.absent_count = 3;
        red.absent_because = std::string(5000, '@');
        red.checks[0].identities.clear();
        for (std::size_t one = 0; one < check_result::identities_max; ++one) {
            red.checks[0].identities.push_back({std::to_string(one) + std::string(500, '@'), 1});
        }
        red.checks.push_back(unjudged("port_held", verdict::inconclusive,
                                      std::to_string(i) + std::string(5000, '@')));
        red.checks.push_back(broken_as_known("exit_status", 3));
        red.checks.back().known->note = std::to_string(i) + std::string(5000, '@');
    }
    const std::string page = written(results);
    EXPECT_LT(page.size(), summary_bytes_max);
    EXPECT_THAT(page, AllOf(HasSubstr("## Absent"), HasSubstr("## Broken promises"),
                            HasSubstr("## Replays"), HasSubstr("## Known defects"),
                            HasSubstr("## Not judged"), HasSubstr(" more: `results.jsonl`")));
}

}  // namespace
}  // namespace stormdrain
