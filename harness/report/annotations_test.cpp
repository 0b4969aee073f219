#include "harness/report/annotations.hpp"

#include "harness/report/results_builder.hpp"

#include <gmock/gmock.h>

#include <map>
#include <optional>
#include <sstream>
#include <vector>

namespace stormdrain {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

const annotation_places in_the_repository{"/home/ci/repo", "/home/ci/repo/ci", "out/summary.md"};

std::string annotated(const run_results& results, ci_engine engine,
                      const annotation_places& places = in_the_repository) {
    std::ostringstream out;
    write_annotations(out, results, engine, places);
    return out.str();
}

// Some readers of logs end a line at a carriage return, too.
std::vector<std::string> lines_of(const std::string& text, std::string_view ends = "\n\r") {
    std::vector<std::string> lines(1);
    for (const char character : text) {
        if (ends.find(character) != std::string_view::npos) {
            lines.emplace_back();
        } else {
            lines.back() += character;
        }
    }
    std::erase(lines, std::string());
    return lines;
}

std::string undone(std::string text, const std::vector<std::pair<std::string, std::string>>& all) {
    for (const auto& [from, to] : all) {
        for (std::size_t at = text.find(from); at != std::string::npos;
             at = text.find(from, at + to.size())) {
            text.replace(at, from.size(), to);
        }
    }
    return text;
}

struct command {
    std::string name;
    std::map<std::string, std::string> properties;
    std::string data;
};

void take_properties(command& into, const std::string& text, char between,
                     const std::vector<std::pair<std::string, std::string>>& escapes) {
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, between);) {
        const std::size_t equals = part.find('=');
        if (equals != std::string::npos) {
            into.properties[part.substr(0, equals)] = undone(part.substr(equals + 1), escapes);
        }
    }
}

// As the runner of GitHub's actions does it: ActionCommand.TryParseV2, then TryParse.
std::optional<command> command_of_github(const std::string& line) {
    const std::size_t begins = line.find_first_not_of(" \t");
    if (begins != std::string::npos && line.compare(begins, 2, "::") == 0) {
        const std::size_t ends = line.find("::", begins + 2);
        if (ends == std::string::npos) {
            return std::nullopt;
        }
        const std::string head = line.substr(begins + 2, ends - begins - 2);
        command found;
        found.name = head.substr(0, head.find(' '));
        if (head.find(' ') != std::string::npos) {
            take_properties(found, head.substr(head.find(' ') + 1), ',',
                            {{"%3A", ":"}, {"%2C", ","}, {"%25", "%"}});
        }
        found.data = undone(line.substr(ends + 2), {{"%0D", "\r"}, {"%0A", "\n"}, {"%25", "%"}});
        return found;
    }
    const std::size_t old = line.find("##[");
    return old == std::string::npos ? std::nullopt
                                    : std::optional(command{line.substr(old), {}, {}});
}

// As Azure's agent does it: Command.TryParse.
std::optional<command> command_of_azure(const std::string& line) {
    const std::size_t begins = line.find("##vso[");
    const std::size_t ends = line.find(']', begins == std::string::npos ? 0 : begins);
    if (begins == std::string::npos || ends == std::string::npos) {
        return std::nullopt;
    }
    const std::string head = line.substr(begins + 6, ends - begins - 6);
    command found;
    found.name = head.substr(0, head.find(' '));
    if (head.find(' ') != std::string::npos) {
        take_properties(found, head.substr(head.find(' ') + 1), ';',
                        {{"%3B", ";"}, {"%5D", "]"}, {"%AZP25", "%"}});
    }
    found.data = undone(line.substr(ends + 1), {{"%0D", "\r"}, {"%0A", "\n"}, {"%AZP25", "%"}});
    return found;
}

template <class Parse>
std::vector<command> commands_in(const std::string& text, Parse parse) {
    std::vector<command> found;
    for (const std::string& line : lines_of(text)) {
        if (std::optional<command> one = parse(line)) {
            found.push_back(std::move(*one));
        }
    }
    return found;
}

std::size_t count_of(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

// Everything that a server, or a file's author, may put into a report.
const std::vector<std::string> hostile{
    "::error file=x::owned",
    "\n::set-env name=PATH::/tmp\n",
    "\r\n  ::stop-commands::token\r\n",
    "%0A::error::owned%0D%0a",
    "##vso[task.complete result=Succeeded;]done",
    "a]##vso[task.setvariable variable=x;]y",
    "##[error]owned",
    "\x1b[0Ksection_end:1:stormdrain_1\r\x1b[0K",
    "\x1b]0;title\x07\x1b[2J\x1b[1A",
    "+++ group\n--- group\n^^^ +++\n",
    "a,line=1,title=x::b;type=warning;]c",
    "\xff\xfe\xc2\x85::error::owned",
    std::string("nul\0byte", 8) + "\x0b::error::x",
};

run_results with_hostile(const std::string& text) {
    run_results results = testing_results::mixed();
    results.facts.command = text;
    results.facts.hostname = text;
    scenario_result& red = results.scenarios[0];
    red.id = red.target = red.scenario = text;
    red.target_file = text;
    red.checks[0].samples[0].message = text;
    red.checks[0].samples[0].evidence = {text, "two\n" + text};
    results.scenarios[1].checks[0].reason = text;
    results.scenarios[1].id = text;
    return results;
}

run_results with_broken(std::size_t count) {
    run_results results = testing_results::mixed();
    const scenario_result red = results.scenarios.front();
    results.scenarios.assign(count, red);
    return results;
}

TEST(Annotations, OnGitHubNameFileLineAndReplay) {
    run_results results = testing_results::mixed();
    const std::vector<command> commands =
        commands_in(annotated(results, ci_engine::github), command_of_github);
    ASSERT_THAT(commands, SizeIs(2));
    EXPECT_EQ(commands[0].name, "error");
    EXPECT_THAT(commands[0].properties,
                ElementsAre(std::pair("file", "ci/suites/shutdown.json"), std::pair("line", "12"),
                            std::pair("title", "shutdown_deadline " + results.scenarios[0].id)));
    EXPECT_THAT(commands[0].data,
                AllOf(HasSubstr("3 of 1400 cycles (0.21 %"), HasSubstr("it was not over after 3 s"),
                      HasSubstr("Replay: stormdrain run"), HasSubstr("--cycle 431")));
    EXPECT_EQ(commands[1].name, "warning");
    EXPECT_THAT(commands[1].data, HasSubstr("the harness was starved"));
}

TEST(Annotations, OnGitHubAreNeverMoreThanItShows) {
    const std::vector<command> commands =
        commands_in(annotated(with_broken(40), ci_engine::github), command_of_github);
    EXPECT_THAT(commands, SizeIs(issues_max));
    EXPECT_EQ(commands.back().properties.at("title"), "31 more");
    EXPECT_THAT(commands.back().data, HasSubstr("out/summary.md"));
    EXPECT_THAT(commands_in(annotated(with_broken(10), ci_engine::github), command_of_github),
                Not(Contains(testing::Field(&command::data, HasSubstr(" more: see")))));
}

TEST(Annotations, OnlyNameFilesOfTheRepository) {
    const auto file_with = [](const annotation_places& places) {
        const run_results results = testing_results::mixed();
        const auto commands =
            commands_in(annotated(results, ci_engine::github, places), command_of_github);
        const auto found = commands.front().properties.find("file");
        return found == commands.front().properties.end() ? std::string() : found->second;
    };
    EXPECT_EQ(file_with({"", "/home/ci/repo", "s"}), "");
    EXPECT_EQ(file_with({"/home/ci/repo", "/elsewhere", "s"}), "");
    EXPECT_EQ(file_with({"/home/ci/repo", "/home/ci/repo", "s"}), "suites/shutdown.json");
}

TEST(Annotations, OnAzureAreIssuesAndTheSummary) {
    const std::vector<command> commands =
        commands_in(annotated(testing_results::mixed(), ci_engine::azure), command_of_azure);
    ASSERT_THAT(commands, SizeIs(3));
    EXPECT_EQ(commands[0].name, "task.logissue");
    EXPECT_EQ(commands[0].properties.at("type"), "error");
    EXPECT_EQ(commands[0].properties.at("sourcepath"), "ci/suites/shutdown.json");
    EXPECT_EQ(commands[0].properties.at("linenumber"), "12");
    EXPECT_EQ(commands[0].properties.at("code"), "shutdown_deadline");
    EXPECT_THAT(commands[0].data, HasSubstr("(0.21 %"));
    EXPECT_EQ(commands[1].properties.at("type"), "warning");
    EXPECT_EQ(commands[2].name, "task.uploadsummary");
    EXPECT_EQ(commands[2].data, "/home/ci/repo/ci/out/summary.md");
    EXPECT_THAT(commands_in(annotated(with_broken(40), ci_engine::azure), command_of_azure),
                SizeIs(issues_max + 1));
}

TEST(Annotations, OnGitLabAreClosedSectionsWithTheEvidence) {
    const std::string text = annotated(testing_results::mixed(), ci_engine::gitlab);
    EXPECT_THAT(text, StartsWith("\x1b[0Ksection_start:1794000061:stormdrain_1[collapsed=true]"
                                 "\r\x1b[0KRED  salvo-0_63/shutdown/moments"));
    EXPECT_THAT(text, HasSubstr("\n  held at the stop: in_flight x1\n"));
    EXPECT_THAT(text, HasSubstr("\n  replay: stormdrain run"));
    EXPECT_TRUE(text.ends_with("\x1b[0Ksection_end:1794000061:stormdrain_1\r\x1b[0K\n"));
    const std::string many = annotated(with_broken(80), ci_engine::gitlab);
    EXPECT_EQ(count_of(many, "section_start:"), sections_max);
    EXPECT_EQ(count_of(many, "section_end:"), sections_max);
    EXPECT_THAT(many, HasSubstr("30 more broken promises"));
    EXPECT_LT(many.size(), std::size_t{1024} * 1024);
}

TEST(Annotations, OnBuildkiteOpenAGroupAndSayHowToAnnotate) {
    const std::string text = annotated(testing_results::mixed(), ci_engine::buildkite);
    EXPECT_THAT(text, StartsWith("+++ stormdrain: 1 promise broken\n"));
    EXPECT_THAT(text, HasSubstr("buildkite-agent annotate --context stormdrain --style error "
                                "< out/summary.md\n"));
    run_results green = testing_results::mixed();
    green.scenarios = {testing_results::scenario("steady", 3)};
    green.scenarios[0].checks = {testing_results::passed("exit_status", 3)};
    EXPECT_THAT(annotated(green, ci_engine::buildkite),
                AllOf(StartsWith("--- stormdrain: nothing broken\n"), HasSubstr("style success")));
}

TEST(Annotations, SayThatARunWasNotFinished) {
    run_results results = testing_results::mixed();
    results.finished = false;
    EXPECT_THAT(annotated(results, ci_engine::github), HasSubstr("the run was not finished"));
}

TEST(Annotations, OfNoEngineAreNone) {
    EXPECT_THAT(annotated(testing_results::mixed(), ci_engine::none), IsEmpty());
}

class HostileText : public testing::TestWithParam<std::size_t> {
protected:
    const run_results results_ = with_hostile(hostile.at(GetParam()));
};

TEST_P(HostileText, IssuesNoCommandOnGitHub) {
    const std::string text = annotated(results_, ci_engine::github);
    const std::vector<command> commands = commands_in(text, command_of_github);
    ASSERT_THAT(commands, SizeIs(2)) << text;
    EXPECT_THAT(lines_of(text), SizeIs(2)) << text;
    EXPECT_EQ(commands[0].name, "error");
    EXPECT_EQ(commands[0].properties.at("file"), "ci/suites/shutdown.json");
    EXPECT_EQ(commands[0].properties.at("line"), "12");
    EXPECT_THAT(commands[0].properties, SizeIs(3));
    EXPECT_THAT(commands[0].data, HasSubstr("3 of 1400 cycles"));
    EXPECT_EQ(commands[1].name, "warning");
}

TEST_P(HostileText, IssuesNoCommandOnAzure) {
    const std::string text = annotated(results_, ci_engine::azure);
    const std::vector<command> commands = commands_in(text, command_of_azure);
    ASSERT_THAT(commands, SizeIs(3)) << text;
    EXPECT_EQ(count_of(text, "##vso["), 3U) << text;
    EXPECT_THAT(text, Not(HasSubstr("##["))) << text;
    EXPECT_EQ(commands[0].name, "task.logissue");
    EXPECT_EQ(commands[0].properties.at("type"), "error");
    EXPECT_EQ(commands[0].properties.at("code"), "shutdown_deadline");
    EXPECT_EQ(commands[1].properties.at("type"), "warning");
    EXPECT_EQ(commands[2].name, "task.uploadsummary");
}

TEST_P(HostileText, OpensAndEndsNoSectionOnGitLab) {
    const std::string text = annotated(results_, ci_engine::gitlab);
    EXPECT_EQ(count_of(text, "section_start:"), 1U) << text;
    EXPECT_EQ(count_of(text, "section_end:"), 1U) << text;
    EXPECT_EQ(count_of(text, "\x1b"), 4U) << "ours alone: " << text;
}

TEST_P(HostileText, BeginsNoGroupOnBuildkite) {
    const std::string text = annotated(results_, ci_engine::buildkite);
    const std::vector<std::string> lines = lines_of(text);
    ASSERT_FALSE(lines.empty());
    for (std::size_t index = 1; index < lines.size(); ++index) {
        EXPECT_THAT(lines[index], StartsWith("  ")) << text;
    }
    EXPECT_EQ(count_of(text, "\x1b"), 0U);
}

INSTANTIATE_TEST_SUITE_P(OfServers, HostileText, testing::Range<std::size_t>(0, hostile.size()));

}  // namespace
}  // namespace stormdrain
