#include "harness/report/junit.hpp"

#include "harness/report/golden.hpp"
#include "harness/report/hostile_texts.hpp"
#include "harness/report/results_builder.hpp"
#include "harness/report/write_file_by_rename.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <sys/wait.h>

#include <filesystem>
#include <regex>
#include <sstream>

namespace stormdrain {
namespace {

using namespace testing_results;
using testing::HasSubstr;
using testing::Not;

std::string junit_of(const run_results& results, junit_dialect dialect = junit_dialect::rich) {
    std::ostringstream out;
    write_junit(out, results, dialect);
    return out.str();
}

// The file as xmllint(1) of libxml2 sees it, with the schema of this repository.
void expect_valid(const std::string& xml) {
    const temporary_folder folder;
    write_file_by_rename(folder.file("junit.xml"), [&](std::ostream& out) { out << xml; });
    const auto schema = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path() /
                        "suites" / "schema" / "junit.xsd";
    const std::string command = "xmllint --noout --schema '" + schema.string() + "' '" +
                                folder.file("junit.xml") + "' 2>&1";
    FILE* lint = ::popen(command.c_str(), "r");
    ASSERT_NE(lint, nullptr);
    std::string said;
    std::array<char, 4096> bytes{};
    for (std::size_t count = 0; (count = std::fread(bytes.data(), 1, bytes.size(), lint)) > 0;) {
        said.append(bytes.data(), count);
    }
    EXPECT_EQ(WEXITSTATUS(::pclose(lint)), 0) << said.substr(0, 2000);
}

std::size_t occurrences(const std::string& text, const std::string& pattern) {
    const std::regex expression(pattern);
    return static_cast<std::size_t>(
        std::distance(std::sregex_iterator(text.begin(), text.end(), expression), {}));
}

TEST(Junit, IsTheDialectThatAllReadersTake) {
    const std::string xml = junit_of(mixed());
    expect_valid(xml);
    expect_golden("mixed.junit.xml", xml);
}

TEST(Junit, SaysThatNobodyHasConfirmedTheContract) {
    run_results results = mixed();
    results.scenarios.front().unconfirmed = "measured by stormdrain probe";
    const std::string xml = junit_of(results);
    expect_valid(xml);
    EXPECT_THAT(xml, HasSubstr("<property name=\"contract_unconfirmed\" "
                               "value=\"measured by stormdrain probe\"/>"));
}

TEST(Junit, CountersAddUp) {
    const std::string xml = junit_of(mixed());
    EXPECT_THAT(xml, HasSubstr("<testsuites name=\"stormdrain\" tests=\"5\" failures=\"1\" "
                               "errors=\"1\" skipped=\"2\" time=\"61.000\""));
    EXPECT_EQ(occurrences(xml, "<testcase "), 5U);
    EXPECT_EQ(occurrences(xml, "<failure "), 1U);
    EXPECT_EQ(occurrences(xml, "<error "), 1U);
    EXPECT_EQ(occurrences(xml, "<skipped "), 2U);
    EXPECT_EQ(occurrences(xml, "<rerunFailure"), 3U);
}

TEST(Junit, ReplaysAllCyclesOfWhatShowsOverCyclesOnly) {
    run_results results = mixed();
    results.scenarios.front().checks.front().samples.resize(1);
    results.scenarios.front().checks.front().samples.front().over_cycles = true;
    const std::string xml = junit_of(results);
    EXPECT_EQ(occurrences(xml, "replay: .* --cycles 432\n"), 2U) << "of the failure and its sample";
    EXPECT_EQ(occurrences(xml, "--cycle 431"), 0U);
}

TEST(Junit, WhatIsKnownIsSkippedWithItsOriginAndItsReplay) {
    run_results results = mixed();
    results.scenarios.front().checks = {broken_as_known("shutdown_deadline", 5)};
    const std::string xml = junit_of(results);
    expect_valid(xml);
    EXPECT_EQ(occurrences(xml, "<failure "), 0U);
    EXPECT_THAT(xml, HasSubstr("<skipped message=\"known: hyperium/hyper#2730 (0.14): it waits for "
                               "a request; 5 of 5 cycles"));
    EXPECT_EQ(occurrences(xml, "replay: .* --cycle 431\n"), 1U);
}

TEST(Junit, AKnownDefectThatIsGoneFailsUnderItsOwnName) {
    run_results results = mixed();
    results.scenarios.front().checks = {repaired("shutdown_deadline", 5)};
    const std::string xml = junit_of(results);
    expect_valid(xml);
    EXPECT_THAT(xml, HasSubstr("type=\"stormdrain.known_defect_gone\""));
    EXPECT_THAT(xml, HasSubstr("<failure message=\"[3f2a91bc] repaired? hyperium/hyper#2730"));
    EXPECT_THAT(xml, Not(HasSubstr("0 of 5")));
}

TEST(Junit, XunitDialectLeavesOutWhatItsSchemaForbids) {
    const std::string xml = junit_of(mixed(), junit_dialect::xunit);
    EXPECT_EQ(occurrences(xml, "<testsuites [^>]*(skipped|timestamp)="), 0U);
    EXPECT_EQ(occurrences(xml, "<testcase [^>]*(file|line)="), 0U);
}

TEST(Junit, ARunThatIsNotFinishedIsRed) {
    run_results results = mixed();
    results.finished = false;
    results.scenarios[0].checks = {passed("exit_status", 700), failed("port_held", 1, 700)};
    results.scenarios[0].done_count = 700;
    results.scenarios[1].done_count = 0;
    const std::string xml = junit_of(results);
    expect_valid(xml);
    EXPECT_EQ(occurrences(xml, "type=\"stormdrain.unfinished\""), 2U);
    EXPECT_THAT(xml, HasSubstr("not one of 10 cycles was run"));
    EXPECT_THAT(xml, HasSubstr("type=\"stormdrain.port_held\""));
}

TEST(Junit, WhatABudgetDidNotReachIsOneSkippedCaseAndNotOneForEachCheck) {
    run_results results = mixed();
    results.scenarios = {scenario("steady", 10)};
    results.scenarios[0].done_count = 0;
    const std::string xml = junit_of(results);
    expect_valid(xml);
    EXPECT_EQ(occurrences(xml, "<testcase "), 1U);
    EXPECT_EQ(occurrences(xml, "<skipped message=\"not run: the run ended before its turn"), 1U);
    EXPECT_EQ(occurrences(xml, "<error "), 0U);
}

TEST(Junit, AScenarioThatIsDoneIsJudgedBeforeTheRunEnds) {
    run_results results = mixed();
    results.finished = false;
    results.scenarios = {scenario("steady", 10)};
    results.scenarios[0].checks = {passed("exit_status", 10)};
    EXPECT_THAT(junit_of(results), Not(HasSubstr("unfinished")));
}

TEST(Junit, HasAnExplanationOfEveryError) {
    run_results results = mixed();
    std::string xml = junit_of(results);
    results.finished = false;
    xml += junit_of(results);
    results.finished = true;
    results.scenarios[1].absent_count = 3;
    xml += junit_of(results);
    results.scenarios.clear();
    xml += junit_of(results);
    for (const junit_error_type& type : junit_error_types()) {
        const std::string spelled = "<error [^>]*type=\"stormdrain." + std::string(type.name);
        EXPECT_GE(occurrences(xml, spelled), 1U) << type.name;
        xml = std::regex_replace(xml, std::regex(spelled), "");
    }
    EXPECT_EQ(occurrences(xml, "<error [^>]*type="), 0U) << "an error that nobody explains";
}

TEST(Junit, NothingSelectedIsAnError) {
    run_results results = mixed();
    results.scenarios.clear();
    expect_valid(junit_of(results));
    EXPECT_THAT(junit_of(results), HasSubstr("stormdrain.nothing_selected"));
}

TEST(Junit, SurvivesWhatServersWrite) {
    const std::string xml = junit_of(hostile_results());
    expect_valid(xml);
    EXPECT_LT(xml.size(), 10U << 20U);
}

TEST(Junit, StaysSmallWhenEverythingIsBroken) {
    run_results results = mixed();
    results.scenarios.assign(400, scenario("s", 10));
    for (std::size_t i = 0; i < results.scenarios.size(); ++i) {
        scenario_result& red = results.scenarios[i];
        red.scenario += std::to_string(i);
        red.id += std::to_string(i);
        red.checks = {failed("shutdown_deadline", 8, 10)};
        for (finding& sample : red.checks.front().samples) {
            sample.evidence.assign(20, std::string(5000, '<'));
        }
    }
    const std::string xml = junit_of(results);
    expect_valid(xml);
    EXPECT_LT(xml.size(), 10U << 20U);
}

TEST(Junit, LargeRunsAreSplitWithoutLosingAScenario) {
    run_results results = mixed();
    results.scenarios.assign(1000, scenario("s", 1));
    for (scenario_result& one : results.scenarios) {
        one.checks.assign(9, passed("exit_status", 1));
    }
    const std::vector<run_results> parts = junit_parts(results);
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(parts[0].scenarios.size(), 444U);
    EXPECT_EQ(parts[2].scenarios.size(), 112U);
    EXPECT_TRUE(parts[2].finished);
}

}  // namespace
}  // namespace stormdrain
