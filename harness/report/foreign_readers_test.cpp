// Reports as programs that others wrote read them, with the worst that they could have to show:
// what is counted there is what we count, and nothing is lost to a byte. Without its reader a test
// is skipped and says so.

#include "harness/checks/record_builder.hpp"
#include "harness/report/grid_html.hpp"
#include "harness/report/hostile_texts.hpp"
#include "harness/report/json_lines.hpp"
#include "harness/report/junit.hpp"
#include "harness/report/page/page.hpp"
#include "harness/report/page/page_fixture.hpp"
#include "harness/report/results_reader.hpp"
#include "harness/report/summary_markdown.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

using namespace testing_results;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// Debian's own: that of the PATH may lack its modules.
constexpr const char* python = "/usr/bin/python3";

struct reading {
    int exit_code = -1;
    std::string said;
};

reading run(const std::string& command) {
    reading done;
    FILE* const reader = ::popen((command + " 2>&1").c_str(), "r");
    if (reader == nullptr) {
        return done;
    }
    std::array<char, 4096> bytes{};
    for (std::size_t count = 0; (count = std::fread(bytes.data(), 1, bytes.size(), reader)) > 0;) {
        done.said.append(bytes.data(), count);
    }
    done.exit_code = WEXITSTATUS(::pclose(reader));
    return done;
}

class ForeignReaders : public testing::Test {
protected:
    void SetUp() override {
        if (run(std::string(python) + " --version").exit_code != 0) {
            GTEST_SKIP() << "no " << python;
        }
    }

    // What ci/acceptance/foreign_readers.py says of the files.
    static reading read(const std::string& kind, const std::vector<std::string>& files) {
        const std::filesystem::path here = std::filesystem::path(__FILE__).parent_path();
        std::string command = std::string(python) + " '" +
                              (here / "../../ci/acceptance/foreign_readers.py").string() + "' " +
                              kind;
        for (const std::string& file : files) {
            command += " '" + file + "'";
        }
        return run(command);
    }

    template <class Write>
    std::string written(const std::string& name, Write write) {
        std::ofstream out(folder_.file(name), std::ios::binary);
        write(out);
        return folder_.file(name);
    }

    static void expect_accepted(const std::string& kind, const std::string& file) {
        const reading done = read(kind, {file});
        EXPECT_EQ(done.exit_code, 0) << done.said;
    }

    temporary_folder folder_;
};

class JunitParser : public ForeignReaders {
protected:
    void SetUp() override {
        ForeignReaders::SetUp();
        if (!IsSkipped() && run(std::string(python) + " -c 'import junitparser'").exit_code != 0) {
            GTEST_SKIP() << "no junitparser for " << python << " (package python3-junitparser)";
        }
    }

    // Of all parts of the run together.
    json counts_of(const run_results& results, junit_dialect dialect = junit_dialect::rich) {
        std::vector<std::string> files;
        for (const run_results& part : junit_parts(results)) {
            files.push_back(written("junit-" + std::to_string(files.size()) + ".xml",
                                    [&](std::ostream& out) { write_junit(out, part, dialect); }));
        }
        const reading done = read("junit", files);
        EXPECT_EQ(done.exit_code, 0) << done.said;
        return json::parse(done.said, nullptr, false);
    }
};

// As a person counts who looks at the results: a check of a scenario that was begun, or the
// scenario itself, is a case.
json counts_expected(const run_results& results) {
    json sums{{"tests", 0}, {"failures", 0}, {"errors", 0}, {"skipped", 0}};
    const auto add = [&sums](const char* what) { sums[what] = sums[what].get<int>() + 1; };
    for (const scenario_result& scenario : results.scenarios) {
        if (scenario.done_count == 0) {
            add("tests");
            add("skipped");
            continue;
        }
        for (const check_result& check : scenario.checks) {
            add("tests");
            if (check.outcome == verdict::fail) {
                add("failures");
            } else if (check.outcome == verdict::inconclusive) {
                add("errors");
            } else if (check.outcome != verdict::pass) {
                add("skipped");
            }
        }
    }
    return sums;
}

TEST_F(JunitParser, CountsWhatWeCount) {
    EXPECT_EQ(counts_of(mixed()), counts_expected(mixed()));
    EXPECT_EQ(counts_of(mixed(), junit_dialect::xunit), counts_expected(mixed()));
    EXPECT_EQ(counts_of(with_grid()), counts_expected(with_grid()));
}

TEST_F(JunitParser, CountsWhatWeCountWhateverServersSay) {
    EXPECT_EQ(counts_of(hostile_results()), counts_expected(hostile_results()));
}

TEST_F(JunitParser, CountsTenThousandCasesInTheirParts) {
    run_results results = mixed();
    results.scenarios.clear();
    for (int i = 0; i < 1000; ++i) {
        scenario_result one = scenario("s" + std::to_string(i), 10);
        one.checks.assign(9, passed("exit_status", 10));
        one.checks.push_back(failed("port_held", 1, 10));
        for (std::size_t check = 0; check < one.checks.size(); ++check) {
            one.checks[check].check += std::to_string(check);
        }
        results.scenarios.push_back(std::move(one));
    }
    EXPECT_EQ(counts_of(results), counts_expected(results));
    EXPECT_EQ(counts_of(results).at("tests"), 10'000);
}

TEST_F(ForeignReaders, ReadThePageWhateverServersSay) {
    page::page_series series;
    for (const hostile_text& text : hostile_texts()) {
        cycle_record record = page::testing_page::hung(431);
        record.output.tail = text.bytes;
        record.output.path = "/out/" + text.bytes.substr(0, 300);
        record.timeline.front().what = text.bytes;
        record.stop.trigger = text.bytes;
        record.stop.hang->why = text.bytes;
        record.faults.front().injections.front().proof = text.bytes;
        series.take(page::testing_page::line_of(page::testing_page::red_id, record,
                                                judgement::kind::broken));
    }
    expect_accepted("page", written("report.html", [&](std::ostream& out) {
                        page::write_page(out, hostile_results(), series);
                    }));
}

TEST_F(ForeignReaders, ReadTheGridWhateverRowsAreCalled) {
    run_results results = with_grid();
    for (const hostile_text& text : hostile_texts()) {
        scenario_result one = cell(text.bytes.substr(0, 300), "idle");
        one.checks = {failed("shutdown_deadline", 1, 1)};
        one.checks.front().samples.front().message = text.bytes;
        results.scenarios.push_back(std::move(one));
    }
    expect_accepted(
        "page", written("grid.html", [&](std::ostream& out) { write_grid_html(out, results); }));
}

TEST_F(ForeignReaders, ReadTheSummaryWhateverServersSay) {
    expect_accepted("markdown", written("summary.md", [](std::ostream& out) {
                        write_summary_markdown(out, hostile_results());
                    }));
}

TEST_F(ForeignReaders, ReadTheResultsWhateverServersSay) {
    const run_results results = hostile_results();
    const std::string file = written("results.jsonl", [&](std::ostream& out) {
        json_lines lines(out);
        lines.header(results);
        for (const scenario_result& scenario : results.scenarios) {
            cycle_record record = testing_records::clean_record();
            record.output.tail = scenario.suite_file;
            judged_cycle judged;
            judged.findings = scenario.checks.front().samples;
            judged.outcomes.assign(check_catalogue().size(), 'b');
            lines.cycle(scenario.id, record, judged);
            lines.scenario(scenario);
        }
        lines.footer(results);
    });
    expect_accepted("lines", file);
    // And so do we: every scenario is found again.
    const run_tally read = read_results(file);
    EXPECT_EQ(read.scenarios.size(), results.scenarios.size());
    EXPECT_TRUE(read.finished);
}

// Proof that the reader would say so.
TEST_F(ForeignReaders, RefuseWhatIsBroken) {
    const auto page = [this](const std::string& text) {
        return read("page", {written("page.html", [&](std::ostream& out) { out << text; })}).said;
    };
    EXPECT_EQ(page("<p>a<br>b</p>"), "");
    EXPECT_THAT(page("<p>a</b></p>"), HasSubstr("</b> closes what is not open"));
    EXPECT_THAT(page("<p>a"), HasSubstr("<p> is not closed"));
    EXPECT_THAT(page("<p onclick='x'>a</p>"), HasSubstr("onclick"));
    EXPECT_THAT(page("<script>a</script>"), HasSubstr("<script>"));
    const reading lines = read(
        "lines", {written("lines", [](std::ostream& out) { out << "{\"a\": \"\\ud800\"}\n"; })});
    EXPECT_EQ(lines.exit_code, 1);
    const reading summary =
        read("markdown",
             {written("summary.md", [](std::ostream& out) { out << "| a |\n| b | c |\n<b>"; })});
    EXPECT_THAT(summary.said, HasSubstr("2 cells below 1"));
    EXPECT_THAT(summary.said, HasSubstr("raw markup"));
    EXPECT_THAT(summary.said, Not(HasSubstr("is not closed")));
}

}  // namespace
}  // namespace stormdrain
