#include "harness/report/prometheus.hpp"

#include "harness/report/page/page_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

namespace stormdrain {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string red = R"({target="salvo-0_63",suite="shutdown",)"
                        R"(scenario="moments/at=idle,faults=reset")";

std::string metrics_of(const run_results& results) {
    static const page::page_series series = page::testing_page::rare_hang(700);
    std::ostringstream out;
    write_prometheus(out, results, series);
    return out.str();
}

// The scenario of testing_results::mixed() that the pictures' fixture has cycles of.
run_results with_cycles() {
    run_results results = testing_results::mixed();
    results.scenarios[0].id = page::testing_page::red_id;
    return results;
}

bool has_promtool() {
    return std::system("promtool --version >/dev/null 2>&1") == 0;
}

TEST(Prometheus, TellsCyclesAndFailuresOfEachScenario) {
    const std::string text = metrics_of(with_cycles());
    EXPECT_THAT(text, HasSubstr("stormdrain_planned_cycles" + red + "} 2000\n"));
    EXPECT_THAT(text, HasSubstr("stormdrain_done_cycles" + red + "} 1400\n"));
    EXPECT_THAT(text,
                HasSubstr("stormdrain_broken_cycles" + red + R"(,check="shutdown_deadline"} 3)"));
    EXPECT_THAT(text, HasSubstr("stormdrain_promises" + red + R"(,verdict="fail"} 1)"));
    EXPECT_THAT(text, HasSubstr("stormdrain_promises" + red + R"(,verdict="inconclusive"} 0)"));
    EXPECT_THAT(text, HasSubstr("stormdrain_run_exit_code 1\n"));
    EXPECT_THAT(text, HasSubstr("stormdrain_run_start_time_seconds 1794000000\n"));
    EXPECT_THAT(text, HasSubstr("stormdrain_run_finished 1\n"));
}

TEST(Prometheus, TellsHowLongStopsTook) {
    const std::string text = metrics_of(with_cycles());
    const std::string key = "stormdrain_shutdown_quantile_seconds" + red + R"(,share="0.5"} )";
    const std::size_t found = text.find(key);
    ASSERT_NE(found, std::string::npos) << text;
    const double median = std::strtod(text.c_str() + found + key.size(), nullptr);
    EXPECT_GT(median, 0.02);
    EXPECT_LT(median, 0.052);
    EXPECT_THAT(text, HasSubstr("stormdrain_unfinished_shutdowns" + red + "} 3\n"));
}

TEST(Prometheus, LeavesSkippedScenariosOut) {
    EXPECT_THAT(metrics_of(with_cycles()), Not(HasSubstr("uploads")));
}

TEST(Prometheus, HasTimesThatAReportMadeAgainHasToo) {
    run_results results = with_cycles();
    results.facts.began += std::chrono::milliseconds(700);
    EXPECT_THAT(metrics_of(results), HasSubstr("stormdrain_run_start_time_seconds 1794000000\n"));
}

TEST(Prometheus, HasEachMetricOnce) {
    std::istringstream lines(metrics_of(with_cycles()));
    std::set<std::string> seen;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("# TYPE ")) {
            EXPECT_TRUE(seen.insert(line).second) << line;
        }
    }
    EXPECT_GT(seen.size(), 8U);
}

TEST(Prometheus, NoNameEndsALabelOrALine) {
    run_results results = with_cycles();
    results.scenarios[0].scenario = "a\"} 7\nstormdrain_forged 1\n\\\xff\x1b[31m";
    results.facts.target_versions["salvo-0_63"] = "1.0\n# TYPE stormdrain_forged counter";
    const std::string text = metrics_of(results);
    EXPECT_THAT(text, HasSubstr(R"(scenario="a\"} 7 stormdrain_forged 1 \\\\xff")"));
    EXPECT_THAT(text, AllOf(Not(HasSubstr("\nstormdrain_forged")),
                            Not(HasSubstr("\n# TYPE stormdrain_forged"))));
}

TEST(Prometheus, IsBounded) {
    run_results results = with_cycles();
    results.scenarios.resize(6000, results.scenarios.front());
    EXPECT_THAT(metrics_of(results), HasSubstr("stormdrain_scenarios_left_out 1000\n"));
}

// Prometheus' own linter reads names, help, types and values.
TEST(Prometheus, IsTakenByPromtool) {
    if (!has_promtool()) {
        GTEST_SKIP() << "there is no promtool (Debian package prometheus)";
    }
    run_results hostile = with_cycles();
    hostile.scenarios[0].scenario = "a\"} 7\nstormdrain_forged 1\n\\\xff\x1b[31m";
    run_results unfinished = testing_results::mixed();
    unfinished.finished = false;
    const temporary_folder folder;
    for (const run_results& results :
         {with_cycles(), testing_results::with_grid(), hostile, unfinished, run_results{}}) {
        const std::string path = folder.file("stormdrain.prom");
        std::ofstream(path) << metrics_of(results);
        const std::string command = "promtool check metrics <'" + path + "'";
        EXPECT_EQ(std::system(command.c_str()), 0);
    }
    // It would say so if something were wrong.
    const std::string path = folder.file("wrong.prom");
    std::ofstream(path) << "# TYPE stormdrain_cycles counter\nstormdrain_cycles 1\n";
    const std::string wrong = "promtool check metrics <'" + path + "' >/dev/null 2>&1";
    EXPECT_NE(std::system(wrong.c_str()), 0);
}

}  // namespace
}  // namespace stormdrain
