#include "harness/config/invocation.hpp"

#include "harness/config/option_table.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <sstream>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

using environment = std::map<std::string, std::string>;

invocation read(const std::vector<std::string_view>& words, const environment& values = {}) {
    return read_invocation(words, [&values](const char* name) {
        const auto found = values.find(name);
        return found == values.end() ? nullptr : found->second.c_str();
    });
}

std::string refusal_of(const std::vector<std::string_view>& words, const environment& values = {}) {
    try {
        read(words, values);
    } catch (const usage_error& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Invocation, HasDefaultsForEverything) {
    const invocation asked = read({"run", "smoke"});
    EXPECT_EQ(asked.command, command::run);
    EXPECT_THAT(asked.arguments, ElementsAre("smoke"));
    EXPECT_EQ(asked.filter, "*");
    EXPECT_EQ(asked.run_seed, std::nullopt);
    EXPECT_EQ(asked.jobs_count, 1U);
    EXPECT_EQ(asked.out_folder, "stormdrain-results");
    EXPECT_EQ(asked.heartbeat, 60s);
    EXPECT_EQ(asked.progress, progress_style::automatic);
    EXPECT_THAT(asked.target_files, IsEmpty());
    EXPECT_FALSE(asked.fail_fast || asked.until_fail || asked.json);
    EXPECT_EQ(asked.replays_count, 1U);
    EXPECT_FALSE(asked.until_bound);
}

TEST(Invocation, ReadsEveryOptionInBothSpellings) {
    const invocation asked = read({"run",
                                   "--target",
                                   "a.json",
                                   "smoke",
                                   "--target=b.json",
                                   "--filter=x*:-y",
                                   "--tag=race,rank_04",
                                   "--cycle",
                                   "7,1-3,2",
                                   "--cycles=40",
                                   "--replay=20",
                                   "--until-bound=0.1%",
                                   "--seed=0x5EED",
                                   "--budget",
                                   "90s",
                                   "--jobs=4",
                                   "--fail-fast",
                                   "--until-fail",
                                   "--out=o",
                                   "--junit",
                                   "j.xml",
                                   "--progress=lines",
                                   "--heartbeat=5s",
                                   "--color=never",
                                   "--",
                                   "--odd"});
    EXPECT_THAT(asked.target_files, ElementsAre("a.json", "b.json"));
    EXPECT_THAT(asked.arguments, ElementsAre("smoke", "--odd"));
    EXPECT_EQ(asked.filter, "x*:-y");
    EXPECT_THAT(asked.tags, ElementsAre("race", "rank_04"));
    EXPECT_THAT(asked.only_cycles, ElementsAre(1, 2, 3, 7));
    EXPECT_THAT(asked.cycles_count, Optional(40U));
    EXPECT_EQ(asked.replays_count, 20U);
    EXPECT_THAT(asked.until_bound, Optional(testing::DoubleEq(0.001)));
    EXPECT_THAT(asked.run_seed, Optional(0x5eedU));
    EXPECT_THAT(asked.budget, Optional(duration(90s)));
    EXPECT_EQ(asked.jobs_count, 4U);
    EXPECT_TRUE(asked.fail_fast && asked.until_fail);
    EXPECT_EQ(asked.out_folder + asked.junit_file, "oj.xml");
    EXPECT_EQ(asked.progress, progress_style::lines);
    EXPECT_EQ(asked.heartbeat, 5s);
    EXPECT_EQ(asked.color, color_choice::never);
    EXPECT_TRUE(read({"list", "smoke", "--json"}).json);
    EXPECT_EQ(read({"doctor"}).command, command::doctor);
    EXPECT_TRUE(read({"doctor", "--json"}).json);
    EXPECT_THAT(read({"explain", "vanish", "R7"}).arguments, ElementsAre("vanish", "R7"));
}

TEST(Invocation, ReadsHowToProbe) {
    const invocation asked = read({"probe", "mine.json", "--patience=20s", "--write", "out.json"});
    EXPECT_EQ(asked.command, command::probe);
    EXPECT_THAT(asked.arguments, ElementsAre("mine.json"));
    EXPECT_EQ(asked.patience, 20s);
    EXPECT_EQ(asked.write_file, "out.json");
    EXPECT_THAT(asked.conditions, ElementsAre());
    EXPECT_THAT(read({"probe", "mine.json", "--condition", "silent,one_byte"}).conditions,
                ElementsAre("silent", "one_byte"));
    EXPECT_EQ(read({"probe", "mine.json"}).patience, 15s);
}

TEST(Invocation, ReadsTwoBuildsAndWhatToShrink) {
    const invocation both = read({"run", "--ab", "old.json", "new.json", "smoke"});
    EXPECT_THAT(both.ab_files, ElementsAre("old.json", "new.json"));
    EXPECT_THAT(both.arguments, ElementsAre("smoke"));
    EXPECT_THAT(read({"run", "smoke", "--ab=old.json", "new.json"}).ab_files,
                ElementsAre("old.json", "new.json"));
    const environment values{{"STORMDRAIN_AB", "a.json:b.json"}};
    EXPECT_THAT(read({"run", "smoke"}, values).ab_files, ElementsAre("a.json", "b.json"));
    EXPECT_THAT(read({"run", "smoke", "--ab", "c.json", "d.json"}, values).ab_files,
                ElementsAre("c.json", "d.json"));
    EXPECT_EQ(refusal_of({"run", "smoke", "--ab", "old.json"}),
              "--ab needs two values: TARGET_A TARGET_B");
    EXPECT_EQ(refusal_of({"run", "smoke"}, {{"STORMDRAIN_AB", "a.json"}}),
              "STORMDRAIN_AB: expected two files, got \"a.json\"");

    const invocation asked = read({"shrink", "races", "--check", "exit_status", "--budget=90s"});
    EXPECT_EQ(asked.command, command::shrink);
    EXPECT_EQ(asked.check, "exit_status");
    EXPECT_EQ(asked.budget, 90s);
    EXPECT_EQ(refusal_of({"shrink", "races", "--cycles", "3"}),
              "--cycles is no option of this command; see 'stormdrain help'");
}

TEST(Invocation, FlagWinsOverEnvironmentOverDefault) {
    const environment values{{"STORMDRAIN_JOBS", "3"},      {"STORMDRAIN_SEED", "42"},
                             {"STORMDRAIN_FAIL_FAST", "1"}, {"STORMDRAIN_UNTIL_FAIL", "0"},
                             {"STORMDRAIN_FILTER", ""},     {"STORMDRAIN_TARGET", "a.json:b.json"}};
    const invocation asked = read({"run", "smoke", "--jobs=5"}, values);
    EXPECT_EQ(asked.jobs_count, 5U);
    EXPECT_THAT(asked.run_seed, Optional(42U));
    EXPECT_TRUE(asked.fail_fast);
    EXPECT_FALSE(asked.until_fail);
    EXPECT_EQ(asked.filter, "*");
    EXPECT_THAT(asked.target_files, ElementsAre("a.json", "b.json"));
    EXPECT_THAT(read({"run", "smoke", "--target", "c.json"}, values).target_files,
                ElementsAre("c.json"));
    EXPECT_EQ(read({"run", "smoke", "--seed", "time"}, values).run_seed, std::nullopt);
}

TEST(Invocation, KnowsWhoSaidWhat) {
    const environment values{{"STORMDRAIN_TARGET", "a.json:b.json"}, {"STORMDRAIN_SEED", "42"}};
    const invocation asked = read({"list", "smoke", "--filter", "x", "--filter", "y"}, values);
    std::map<std::string, option_value> found;
    for (const option_value& one : asked.in_force) {
        EXPECT_TRUE(found.emplace(one.name, one).second) << one.name;
    }
    EXPECT_EQ(found.at("target").from, option_source::environment);
    EXPECT_THAT(found.at("target").values, ElementsAre("a.json", "b.json"));
    EXPECT_EQ(found.at("seed").from, option_source::environment);
    EXPECT_EQ(found.at("filter").from, option_source::command_line);
    EXPECT_THAT(found.at("filter").values, ElementsAre("y"));
    EXPECT_EQ(found.at("color").from, option_source::preset);
    EXPECT_THAT(found.at("color").values, ElementsAre("auto"));
    EXPECT_FALSE(found.contains("jobs")) << "no option of this command";
    const invocation other = read({"list", "smoke", "--target", "c.json"}, values);
    EXPECT_EQ(other.target_files.size(), 1U);
    const auto target = std::ranges::find(other.in_force, "target", &option_value::name);
    ASSERT_NE(target, other.in_force.end());
    EXPECT_THAT(target->values, ElementsAre("c.json"));
}

TEST(Invocation, SaysWhatIsWrong) {
    struct row {
        std::vector<std::string_view> words;
        std::string message;
    };
    const std::vector<row> rows{
        {{}, "expected a command; see 'stormdrain help'"},
        {{"rnu"}, R"(unknown command "rnu"; did you mean "run"?)"},
        {{"teapot"}, R"(unknown command "teapot"; see 'stormdrain help')"},
        {{"run"}, "'stormdrain run' needs SUITE...; see 'stormdrain help run'"},
        {{"doctro"}, R"(unknown command "doctro"; did you mean "doctor"?)"},
        {{"doctor", "x"}, "'stormdrain doctor' does not take \"x\""},
        {{"version", "x"}, "'stormdrain version' does not take \"x\""},
        {{"run", "a", "--jbos=1"}, "unknown option --jbos; did you mean --jobs?"},
        {{"run", "a", "--teapot"}, "unknown option --teapot; see 'stormdrain help'"},
        {{"run", "a", "-x"}, "unknown option -x; see 'stormdrain help'"},
        {{"list", "a", "--jobs=1"}, "--jobs is no option of this command; see 'stormdrain help'"},
        {{"run", "a", "--fail-fast=yes"}, "--fail-fast takes no value"},
        {{"run", "a", "--jobs"}, "--jobs needs a value: N"},
        {{"run", "a", "--jobs=0"}, R"(--jobs: expected a whole number from 1 to 1024, got "0")"},
        {{"run", "a", "--cycles=-1"},
         R"(--cycles: expected a whole number from 1 to 10000000, got "-1")"},
        {{"run", "a", "--replay=0"},
         R"(--replay: expected a whole number from 1 to 100000, got "0")"},
        {{"run", "a", "--until-bound=0.001"},
         "--until-bound: expected a share of the cycles such as 5% or 0.1%, at least 0.0001%, got "
         R"("0.001")"},
        {{"compare", "monday"},
         "'stormdrain compare' needs OLD NEW; see 'stormdrain help compare'"},
        {{"run", "a", "--cycle=5-3"},
         R"(--cycle: expected cycle indices such as 431, 3,17 or 10-19, got "5-3")"},
        {{"run", "a", "--cycle=1,"},
         R"(--cycle: expected cycle indices such as 431, 3,17 or 10-19, got "1,")"},
        {{"run", "a", "--tag=race,"},
         R"(--tag: expected tags of scenarios such as race or rank_04,rank_07, got "race,")"},
        {{"run", "a", "--budget=5"},
         R"(--budget: expected a duration such as 90s, 20m or 7h, got "5")"},
        {{"run", "a", "--seed=0x"},
         R"(--seed: expected a number such as 0x5eed0001 or 42, or 'time', got "0x")"},
        {{"probe", "a", "--condition=silent,"},
         "--condition: expected conditions such as silent or nothing_held,idle_keep_alive, got "
         R"("silent,")"},
        {{"probe", "a", "--patience=1s"},
         R"(--patience: expected a duration from 3s to 45s, got "1s")"},
        {{"probe"}, "'stormdrain probe' needs TARGET; see 'stormdrain help probe'"},
        {{"run", "a", "--progress=bar"},
         R"(--progress: expected one of auto, lines, none, got "bar")"},
    };
    for (const row& each : rows) {
        EXPECT_EQ(refusal_of(each.words), each.message);
    }
    EXPECT_EQ(refusal_of({"run", "a"}, {{"STORMDRAIN_JOBS", "many"}}),
              R"(STORMDRAIN_JOBS: expected a whole number from 1 to 1024, got "many")");
    EXPECT_EQ(refusal_of({"run", "a"}, {{"STORMDRAIN_FAIL_FAST", "yes"}}),
              R"(STORMDRAIN_FAIL_FAST: expected 1 or 0, got "yes")");
    // An option that the command does not take is not read from the environment either.
    EXPECT_EQ(refusal_of({"version"}, {{"STORMDRAIN_JOBS", "many"}}), "accepted");
}

TEST(Invocation, HelpWinsOverMissingArguments) {
    const invocation asked = read({"run", "--help"});
    EXPECT_EQ(asked.command, command::help);
    EXPECT_EQ(help_text(asked), help_text(command::run));
    EXPECT_EQ(read({"--version"}).command, command::version);
    EXPECT_EQ(help_text(read({"-h"})), help_text(std::optional<command>{}));
    EXPECT_THROW(help_text(read({"help", "chek"})), usage_error);
}

TEST(ReadInvocation, TheCommandOfInitKeepsItsOwnOptions) {
    for (const std::vector<std::string_view>& words :
         {std::vector<std::string_view>{"init", "--name", "x", "--", "./s", "--port", "{port}"},
          std::vector<std::string_view>{"init", "--name", "x", "./s", "--port", "{port}"}}) {
        const invocation asked = read(words);
        EXPECT_EQ(asked.command, command::init);
        EXPECT_EQ(asked.target_name, "x");
        EXPECT_THAT(asked.arguments, ElementsAre("./s", "--port", "{port}"));
    }
}

TEST(ReadInvocation, InitTakesVariablesOfTheServer) {
    const invocation asked =
        read({"init", "--env", "PORT={port}", "--env", "A=b=c", "--force", "--", "./s"});
    EXPECT_THAT(asked.environment, ElementsAre(std::pair("PORT", "{port}"), std::pair("A", "b=c")));
    EXPECT_TRUE(asked.force);
    EXPECT_THAT(read({"init", "--file", "a.conf=b/c.in", "./s"}).rendered_files,
                ElementsAre(std::pair("a.conf", "b/c.in")));
    EXPECT_THAT(refusal_of({"init", "--file", "a.conf", "./s"}), HasSubstr("a template"));
    EXPECT_THAT(refusal_of({"init", "--env", "PORT", "./s"}), HasSubstr("such as PORT={port}"));
    EXPECT_THAT(refusal_of({"init", "--env", "=x", "./s"}), HasSubstr("such as PORT={port}"));
    EXPECT_THAT(refusal_of({"init"}), HasSubstr("needs -- COMMAND"));
}

TEST(HelpText, OptionsOfInitStandBeforeItsCommand) {
    EXPECT_THAT(help_text(command::init),
                HasSubstr("stormdrain init [OPTION...] -- COMMAND [ARGUMENT...]\n"));
}

TEST(HelpText, NamesEveryCommandAndOptionWithinAHundredColumns) {
    std::string everything = help_text(std::optional<command>{});
    for (const command_row& row : all_commands()) {
        EXPECT_THAT(everything, HasSubstr("\n  " + std::string(row.name) + " "));
    }
    for (const command_row& row : all_commands()) {
        const std::string page = help_text(row.value);
        for (const option_row& option : all_options()) {
            const std::string flag = "\n  --" + std::string(option.name) + " ";
            EXPECT_EQ(page.find(flag) != std::string::npos, applies_to(option, row.value)) << flag;
        }
        everything += page;
    }
    std::istringstream lines(everything);
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 100U) << line;
    }
}

}  // namespace
}  // namespace stormdrain
