// The reports of a run as programs that others wrote read them: the run of a server that prints
// what no terminal and no parser likes, and results that hold the same. Readers of npm's registry
// are fetched into the build tree; what cannot be had is skipped and says so.

#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

constexpr auto read_limit = 60s;
constexpr auto install_limit = 300s;  // 174 packages, on a busy machine
constexpr const char* alarm_word = "hostile-alarm";

// printf(1) of the shell writes these; each line is an alarm, so that findings show it.
constexpr const char* hostile_lines =
    R"(\033[31mred\033[0m \033]0;title\007 %s\n\000\001\014\177 %s\n\377\376\303( %s\n)"
    R"(\355\240\200\355\277\277 \357\277\276 %s\n]]> <!-- -- --> %s\n</failure><script> %s\n)"
    R"("\047`|&amp;&#x1b; %s\n::error::x %s\n\342\200\256%s\n)";

// What JSON can hold; the rest of the worst is the run's.
std::vector<std::string> hostile_values() {
    constexpr std::size_t long_line_bytes = 1 << 20;
    return {"\x1b[31mred\x1b[0m \x1b]0;title\a",
            std::string("\0\x01\x0c\x7f", 4),
            "\xef\xbf\xbe\xef\xbf\xbf \xc2\x9b",
            "]]> <!-- -- --> <![CDATA[",
            "</failure></text></svg><script>alert(1)</script>&bogus;",
            "\"'`\\|${x}$(x)%s",
            "a\nb\rc\td\n::error::x\n```\n# owned\n| a | b |\n@maintainer",
            "",
            std::string(long_line_bytes, '<')};
}

// Texts of servers, machines and people wherever they stand; names and numbers stay.
void make_hostile(json& value, std::string_view key, std::size_t& next) {
    static const std::vector<std::string> values = hostile_values();
    static const std::set<std::string_view> texts{
        "message", "evidence", "reason", "hostname", "kernel", "command", "tail",
        "what",    "trigger",  "proof",  "alarms",   "why",    "traits"};
    if (value.is_structured()) {
        for (auto& [name, member] : value.items()) {
            make_hostile(member, value.is_array() ? key : std::string_view(name), next);
        }
    } else if (value.is_string() && texts.contains(key)) {
        value = values[next++ % values.size()];
    }
}

// What results.jsonl says of each scenario's checks, counted as JUnit's readers should.
json counts_of_results(const std::string& results_file) {
    json sums{{"tests", 0}, {"failures", 0}, {"errors", 0}, {"skipped", 0}};
    const auto add = [&sums](const char* what) { sums[what] = sums[what].get<int>() + 1; };
    std::istringstream lines(read_file(results_file));
    for (std::string line; std::getline(lines, line);) {
        const json one = json::parse(line);
        if (one.at("kind") != "scenario") {
            continue;
        }
        const json not_begun = json::array({{{"verdict", "skipped"}}});
        for (const json& check : one.at("done_count") == 0 ? not_begun : one.at("checks")) {
            const std::string verdict = check.at("verdict");
            add("tests");
            if (verdict != "pass") {
                add(verdict == "fail"           ? "failures"
                    : verdict == "inconclusive" ? "errors"
                                                : "skipped");
            }
        }
    }
    return sums;
}

class ForeignReaders : public stormdrain_fixture {
protected:
    // A run with something red and something skipped, of a server that prints the worst there is.
    void run_hostile_server() {
        const std::string words = " " + std::string(alarm_word);
        std::string print = "printf '" + std::string(hostile_lines) + "'";
        for (int i = 0; i < 9; ++i) {
            print += words;
        }
        const json target{{"stormdrain", 1},
                          {"name", "hostile"},
                          {"launch",
                           {{"argv",
                             {"/bin/sh", "-c", print + "; exec \"$@\"", "sh", SERVER_REFERENCE,
                              "--http", "127.0.0.1:${port.http}"}}}},
                          {"ports", {{"http", {{"speaks", "http"}}}}},
                          {"promises", {{"output_alarms", {alarm_word}}}}};
        written("hostile.json", target.dump());
        const finished done =
            run({suite("smoke"), "--target", file("hostile.json"), "--cycles", "1", "--seed", "1"});
        ASSERT_EQ(done.how.exit_code, 1) << done.output;
    }

    // The same results, with worse texts, and every report of them.
    void report_hostile_results() {
        run_hostile_server();
        std::istringstream lines(read_file(results_file("results.jsonl")));
        std::string hostile;
        std::size_t next = 0;
        for (std::string line; std::getline(lines, line);) {
            json one = json::parse(line);
            make_hostile(one, "", next);
            hostile += one.dump() + "\n";
        }
        EXPECT_GT(next, hostile_values().size()) << "every one has its place";
        std::filesystem::remove_all(file("results"));
        std::filesystem::create_directories(file("results"));
        write_file(results_file("results.jsonl"), hostile);
        const finished done = run_program({STORMDRAIN_PROGRAM, "report", file("results")},
                                          file("output"), read_limit);
        ASSERT_EQ(done.how.exit_code, 1) << done.output;
    }

    finished read(const std::string& kind, const std::string& report) {
        return run_program(
            {PYTHON_PROGRAM,
             std::string(STORMDRAIN_SOURCE_FOLDER) + "/ci/acceptance/foreign_readers.py", kind,
             results_file(report)},
            file("read"), read_limit);
    }

    void expect_all_reports_read() {
        if (!std::string_view(XMLLINT_PROGRAM).empty()) {
            EXPECT_TRUE(is_valid_junit(results_file("junit.xml"), file("xmllint")));
        }
        for (const auto& [kind, report] :
             {std::pair("page", "report.html"), std::pair("markdown", "summary.md"),
              std::pair("lines", "results.jsonl")}) {
            const finished said = read(kind, report);
            EXPECT_EQ(said.how.exit_code, 0) << report << ":\n" << said.output;
        }
    }

    // By each reader of npm's, what it counts; empty: they cannot be had.
    json counts_by_npm() {
        const std::string modules = READERS_FOLDER;
        if (!std::filesystem::exists(modules + "/node_modules/xunit-viewer/package.json")) {
            std::error_code refused;  // then npm says so
            std::filesystem::create_directories(modules, refused);
            const finished installed =
                run_program({NPM_PROGRAM, "install", "--prefix", modules, "--no-audit", "--no-fund",
                             "--no-package-lock", "--ignore-scripts", "junit2json@4.0.0",
                             "xunit-viewer@10.6.1"},
                            file("npm"), install_limit);
            if (installed.how.exit_code != 0) {
                return {};
            }
        }
        const finished read = run_program(
            {NODE_PROGRAM,
             std::string(STORMDRAIN_SOURCE_FOLDER) + "/ci/acceptance/foreign_readers.js", modules,
             results_file("junit.xml")},
            file("read"), read_limit);
        EXPECT_EQ(read.how.exit_code, 0) << read.output;
        return json::parse(read.output, nullptr, false);
    }
};

TEST_F(ForeignReaders, ReadTheRunOfAServerThatPrintsAnything) {
    run_hostile_server();
    expect_all_reports_read();
    EXPECT_THAT(read_file(results_file("junit.xml")), HasSubstr(alarm_word));
}

TEST_F(ForeignReaders, ReadWhateverResultsHold) {
    report_hostile_results();
    expect_all_reports_read();
}

TEST_F(ForeignReaders, JunitparserAgreesOnTheCounts) {
    const finished asked =
        run_program({PYTHON_PROGRAM, "-c", "import junitparser"}, file("output"), read_limit);
    if (asked.how.exit_code != 0) {
        GTEST_SKIP() << "no junitparser for python3 (package python3-junitparser)";
    }
    report_hostile_results();
    const finished said = read("junit", "junit.xml");
    ASSERT_EQ(said.how.exit_code, 0) << said.output;
    EXPECT_EQ(json::parse(said.output), counts_of_results(results_file("results.jsonl")));
}

TEST_F(ForeignReaders, OfNpmAgreeOnTheCounts) {
    if (std::string_view(NPM_PROGRAM).empty() || std::string_view(NODE_PROGRAM).empty()) {
        GTEST_SKIP() << "no npm or no node here";
    }
    report_hostile_results();
    const json counted = counts_by_npm();
    if (counted.empty()) {
        GTEST_SKIP() << "junit2json and xunit-viewer cannot be installed: "
                     << read_file(file("npm"), 2000);
    }
    const json expected = counts_of_results(results_file("results.jsonl"));
    EXPECT_EQ(counted.at("junit2json"), expected);
    EXPECT_EQ(counted.at("xunit-viewer"), expected);
}

}  // namespace
}  // namespace stormdrain::acceptance
