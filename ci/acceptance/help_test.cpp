// What the program says of itself, to those who read it: man, and the shells that complete its
// command lines; and what it says instead of running. Without its reader a test is skipped.

#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

constexpr int success = 0;
constexpr auto limit = 60s;  // zsh reads a thousand functions before it completes anything

class Help : public stormdrain_fixture {
protected:
    // What `stormdrain help` prints, as a file.
    std::string page(const std::vector<std::string>& options) {
        std::vector<std::string> argv{STORMDRAIN_PROGRAM, "help"};
        argv.insert(argv.end(), options.begin(), options.end());
        const finished said = run_program(argv, file("said"), limit);
        EXPECT_EQ(said.how.exit_code, success) << said.output;
        return written("page", said.output);
    }

    std::string target_of(const std::string& argv) {
        return written_target(argv, R"({"speaks": "http"})");
    }

    std::string answer(const std::vector<std::string>& argv) {
        const finished asked = run_program(argv, file("output"), limit);
        EXPECT_EQ(asked.how.exit_code, success) << asked.output;
        return asked.output;
    }
};

TEST_F(Help, TheManualPageHasNothingThatMandocWarnsOf) {
    if (std::string_view(MANDOC_PROGRAM).empty()) {
        GTEST_SKIP() << "no mandoc (package mandoc)";
    }
    EXPECT_EQ(answer({MANDOC_PROGRAM, "-T", "lint", "-W", "warning", page({"--man"})}), "");
}

class Bash : public Help {
protected:
    void SetUp() override {
        if (std::string_view(BASH_PROGRAM).empty()) {
            GTEST_SKIP() << "no bash";
        }
        script_ = page({"--completion", "bash"});
    }
    // Of the last of the words, one a line.
    std::string completed(const std::string& words) {
        return answer({BASH_PROGRAM, "--norc", "-uc",
                       "source " + script_ + "\nCOMP_WORDS=(" + words +
                           ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_stormdrain\n"
                           "printf '%s\\n' \"${COMPREPLY[@]}\""});
    }

    std::string script_;
};

TEST_F(Bash, CompletesCommandsOptionsAndTheirValues) {
    EXPECT_EQ(completed("stormdrain li"), "list\nlink\n");
    EXPECT_EQ(completed("stormdrain run --ju"), "--junit\n");
    EXPECT_THAT(completed("stormdrain list ''"), Not(HasSubstr("--"))) << "no suite begins so";
    EXPECT_EQ(completed("stormdrain list --jo"), "\n") << "no option of list";
    EXPECT_EQ(completed("stormdrain run --color al"), "always\n");
    EXPECT_EQ(completed("stormdrain run --color = ne"), "never\n");
    EXPECT_EQ(completed("stormdrain run --color ="), "auto\nalways\nnever\n");
    EXPECT_EQ(completed("stormdrain help sh"), "shrink\n");
    EXPECT_EQ(completed("stormdrain run --target ''"), "\n") << "files are bash's own";
}

TEST_F(Bash, CompletesSuitesOfTheFolder) {
    EXPECT_EQ(answer({BASH_PROGRAM, "--norc", "-uc",
                      "mkdir -p " + file("here/suites") + "\ncd " + file("here") +
                          "\ntouch suites/mine.json\nsource " + script_ +
                          "\nCOMP_WORDS=(stormdrain run mi)\nCOMP_CWORD=2\n_stormdrain\n"
                          "printf '%s\\n' \"${COMPREPLY[@]}\""}),
              "mine\n");
}

TEST_F(Help, FishCompletesCommandsOptionsAndTheirValues) {
    if (std::string_view(FISH_PROGRAM).empty()) {
        GTEST_SKIP() << "no fish (package fish)";
    }
    const std::string script = page({"--completion", "fish"});
    const auto completed = [this, &script](const std::string& line) {
        return answer({"/usr/bin/env", "HOME=" + file(""), FISH_PROGRAM, "--no-config", "-c",
                       "source " + script + "; complete -C '" + line + "'"});
    };
    EXPECT_THAT(completed("stormdrain shri"), HasSubstr("shrink\tmake a scenario"));
    EXPECT_THAT(completed("stormdrain run --junit-or-ju"), "");
    EXPECT_THAT(completed("stormdrain run --jun"), HasSubstr("--junit\t"));
    EXPECT_THAT(completed("stormdrain list --jun"), Not(HasSubstr("--junit\t")));
    EXPECT_THAT(completed("stormdrain run --color al"), HasSubstr("always"));
}

// Its completion runs within its line editor alone: that needs a terminal, which zpty plays.
TEST_F(Help, ZshCompletesCommandsAndOptions) {
    if (std::string_view(ZSH_PROGRAM).empty()) {
        GTEST_SKIP() << "no zsh (package zsh)";
    }
    fs::create_directory(file("functions"));
    fs::rename(page({"--completion", "zsh"}), file("functions/_stormdrain"));
    EXPECT_EQ(answer({ZSH_PROGRAM, "-f", "-n", file("functions/_stormdrain")}), "");
    const std::string typist = written("typist.zsh", R"(
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; fpath=($1 \$fpath); autoload -Uz compinit; compinit -D -u; print rea''dy"
zpty -r shell seen '*ready*'
for line in "${@:2}"; do
    zpty -w -n shell $'stormdrain '$line$'\t'
    zpty -w -n shell $'\C-a\C-kprint do\'\'ne\n'
    zpty -r shell seen '*done*'
    print -r -- $seen
done
)");
    EXPECT_THAT(answer({"/usr/bin/env", "HOME=" + file(""), "TERM=dumb", ZSH_PROGRAM, "-f", typist,
                        file("functions"), "shri", "run --jun", "list --heart"}),
                AllOf(HasSubstr("stormdrain shrink"), HasSubstr("run --junit"),
                      Not(HasSubstr("--heartbeat"))));
}

// The server would leave a file where it was started.
TEST_F(Help, ADryRunSaysWhatARunWouldDoAndStartsNothing) {
    const std::string target = target_of(R"(["/bin/touch", ")" + file("started") + "\"]");
    const finished dry = run({suite("smoke"), "--target", target, "--dry-run", "--seed", "1"});
    EXPECT_EQ(dry.how.exit_code, success) << dry.output;
    EXPECT_THAT(dry.output,
                AllOf(HasSubstr("under_test/smoke/at_rest/load=keep_alive\n    3 cycles"),
                      HasSubstr("skipped: "), HasSubstr("Nothing was started.")));
    EXPECT_FALSE(fs::exists(file("started")));
    EXPECT_FALSE(fs::exists(file("results"))) << "yesterday's reports stay";
    // What a run would complain of is complained of.
    const finished wrong =
        run({suite("smoke"), "--target", target_of(R"(["/no/such/server"])"), "--dry-run"});
    EXPECT_EQ(wrong.how.exit_code, 2) << wrong.output;
    EXPECT_THAT(wrong.output, HasSubstr("expected a program that can be run"));
}

TEST_F(Help, AListSaysWhichOptionComesFromWhere) {
    const std::string target = target_of(R"(["/bin/true"])");
    const std::string listing = answer({"/usr/bin/env", "STORMDRAIN_SEED=42", STORMDRAIN_PROGRAM,
                                        "list", suite("smoke"), "--json", "--target", target});
    const json options = json::parse(listing).at("options");
    std::map<std::string, std::string> from;
    for (const json& option : options) {
        from[option.at("name")] = option.at("from");
    }
    EXPECT_EQ(from.at("seed"), "environment");
    EXPECT_EQ(from.at("target"), "command_line");
    EXPECT_EQ(from.at("filter"), "default");
}

TEST_F(Help, AFilterThatSelectsNothingIsGuessed) {
    const std::string target = target_of(R"(["/bin/true"])");
    const finished none = run({suite("smoke"), "--target", target, "--filter", "*/at_rst/*"});
    EXPECT_EQ(none.how.exit_code, 4) << none.output;
    EXPECT_THAT(none.output, HasSubstr("--filter: did you mean \"at_rest\"?"));
}

}  // namespace
}  // namespace stormdrain::acceptance
