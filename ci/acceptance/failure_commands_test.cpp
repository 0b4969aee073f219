// From a red night to a cause: a scenario made small, two builds side by side, a commit found.

#include "ci/acceptance/descendants.hpp"
#include "ci/acceptance/judged_fixture.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int promises_kept = 0;
constexpr int promise_broken = 1;
constexpr int bad_usage = 2;
constexpr int could_not_judge = 3;

constexpr auto command_limit = 120s;

class FailureCommands : public judged_fixture {
protected:
    static std::string defect(const std::string& name) {
        return std::string(STORMDRAIN_DEFECTS_FOLDER) + "/" + name + ".json";
    }

    // Everything that a night's suite may have, of which a crash after a reset needs one fault.
    std::string written_big_suite() const {
        return written("big.json", R"({"stormdrain": 1, "name": "big", "scenarios": [
  {"name": "all", "tags": ["night"], "matrix": {"stop.mode": ["graceful", "fast"]},
   "load": {"port": "https", "clients": 6, "requests": 5, "think_time": "1ms",
            "tls": {"resume": true}},
   "faults": [{"kind": "silent_connection", "connections": 3},
              {"kind": "connection_reset", "at": "handler", "connections": 5, "port": "http"},
              {"kind": "half_close", "port": "http"}],
   "stop": {"at": "at_rest"}, "restart": true, "expect": {"p99": "30s"}}]})");
    }

    std::vector<std::string> shrink_argv(const std::vector<std::string>& more) const {
        std::vector<std::string> argv = run_argv({});
        argv[1] = "shrink";
        argv.resize(2);
        argv.insert(argv.end(), more.begin(), more.end());
        argv.insert(argv.end(), {"--out", file("shrinking"), "--seed", "1", "--jobs", "2"});
        return argv;
    }

    finished shrink(const std::vector<std::string>& more) const {
        return run_program(shrink_argv(more), file("output"), command_limit);
    }

    finished run_both(const std::string& a, const std::string& b, const std::string& filter) {
        return run(
            {suite("smoke"), "--ab", a, b, "--filter", filter, "--cycles", "8", "--seed", "1"});
    }
};

TEST_F(FailureCommands, ShrinkLeavesOfABigScenarioWhatTheCrashNeeds) {
    const std::string small = file("small.json");
    const finished done =
        shrink({written_big_suite(), "--target", defect("crashes_on_reset"), "--filter",
                "*/all/mode=graceful", "--check", "exit_status", "--write", small});
    ASSERT_EQ(done.how.exit_code, promises_kept) << to_text(done.how) << "\n" << done.output;
    EXPECT_THAT(done.output, AllOf(HasSubstr("exit_status in 5 of 5 cycles"),
                                   HasSubstr("undone in at most 5 %"), HasSubstr("kept"),
                                   HasSubstr("It fails no longer\n  without faults/0 "
                                             "connection_reset")));
    const nlohmann::json suite = nlohmann::json::parse(read_file(small));
    const nlohmann::json& scenario = suite.at("scenarios").at(0);
    EXPECT_EQ(scenario.at("faults").size(), 1U) << scenario;
    EXPECT_EQ(scenario.at("faults").at(0).at("kind"), "connection_reset");
    EXPECT_FALSE(scenario.contains("load")) << scenario;
    EXPECT_FALSE(scenario.contains("restart"));
    EXPECT_FALSE(scenario.contains("expect"));

    const finished again = run({small, "--cycles", "2"});
    EXPECT_EQ(again.how.exit_code, promise_broken) << again.output;
    EXPECT_THAT(again.output, HasSubstr("exit_status"));
}

TEST_F(FailureCommands, ShrinkMakesNothingOfAServerThatKeepsItsPromises) {
    const finished done =
        shrink({suite("smoke"), "--target", reference_target(), "--filter",
                "*/at_rest/load=keep_alive", "--budget", "3s", "--write", file("small.json")});
    EXPECT_EQ(done.how.exit_code, could_not_judge) << to_text(done.how) << "\n" << done.output;
    EXPECT_THAT(done.output, HasSubstr("too rare to shrink in this time"));
    EXPECT_FALSE(std::filesystem::exists(file("small.json")));
}

TEST_F(FailureCommands, ShrinkWantsOneScenarioAndACheckThatThereIs) {
    const finished many = shrink({suite("smoke"), "--target", reference_target()});
    EXPECT_EQ(many.how.exit_code, bad_usage) << many.output;
    EXPECT_THAT(many.output, HasSubstr("expected one scenario on one target"));
    const finished wrong = shrink({suite("smoke"), "--target", reference_target(), "--filter",
                                   "*/at_rest/load=keep_alive", "--check", "exit_staus"});
    EXPECT_EQ(wrong.how.exit_code, bad_usage) << wrong.output;
    EXPECT_THAT(wrong.output, HasSubstr("did you mean \"exit_status\"?"));
}

// Goal: whoever ends it keeps what was reached.
TEST_F(FailureCommands, ShrinkKeepsTheLeastSoFarWhenItIsInterrupted) {
    const std::string small = file("small.json");
    program shrinking(shrink_argv({written_big_suite(), "--target", defect("crashes_on_reset"),
                                   "--filter", "*/all/mode=graceful", "--write", small}),
                      file("output"));
    const clock::time_point deadline = clock::now() + command_limit;
    while (!std::filesystem::exists(small) && !shrinking.wait(clock::now() + 20ms)) {
        ASSERT_LT(clock::now(), deadline) << read_file(file("output"));
    }
    shrinking.signal(SIGINT);
    const std::optional<ending> ended = shrinking.wait(deadline);
    ASSERT_TRUE(ended.has_value());
    // As the signal would have it, or done before it came.
    EXPECT_TRUE(ended->signal == SIGINT || ended->exit_code == promises_kept) << to_text(*ended);
    EXPECT_EQ(nlohmann::json::parse(read_file(small)).at("scenarios").size(), 1U);
    EXPECT_EQ(to_text(descendants_left_at(clock::now() + 5s)), "");
}

TEST_F(FailureCommands, TwoBuildsThatDifferAreToldApart) {
    const finished worse =
        run_both(reference_target(), defect("exits_nonzero"), "*/at_rest/*keep*");
    EXPECT_EQ(worse.how.exit_code, promise_broken) << to_text(worse.how) << "\n" << worse.output;
    EXPECT_THAT(worse.output, AllOf(HasSubstr("NEW      reference/smoke/"),
                                    HasSubstr("exit_status: 0 of 8 cycles before, 8 of 8 after"),
                                    HasSubstr("--ab ")));
    const finished better =
        run_both(defect("exits_nonzero"), reference_target(), "*/at_rest/*keep*");
    EXPECT_EQ(better.how.exit_code, promises_kept) << better.output;
    EXPECT_THAT(better.output, HasSubstr("REPAIRED exits_nonzero/smoke/"));
    const auto header_of = [this](const std::string& build) {
        const std::string text = read_file(results_file(build + "/results.jsonl"));
        return nlohmann::json::parse(text.substr(0, text.find('\n')));
    };
    EXPECT_EQ(header_of("a").at("plan_hash"), header_of("b").at("plan_hash"));
    EXPECT_EQ(header_of("a").at("seed"), header_of("b").at("seed"));
}

TEST_F(FailureCommands, ABuildDoesNotDifferFromItself) {
    const finished same = run_both(reference_target(), reference_target(), "*/at_rest/*keep*");
    EXPECT_EQ(same.how.exit_code, promises_kept) << to_text(same.how) << "\n" << same.output;
    EXPECT_THAT(same.output, AllOf(HasSubstr("no difference is sure"), Not(HasSubstr("NEW"))));
}

TEST_F(FailureCommands, TwoBuildsAreNotMixedWithWhatEndsOneOfThem) {
    const finished refused =
        run({suite("smoke"), "--ab", reference_target(), reference_target(), "--fail-fast"});
    EXPECT_EQ(refused.how.exit_code, bad_usage) << refused.output;
    EXPECT_THAT(refused.output, HasSubstr("--ab compares equal numbers of cycles"));
}

class Bisect : public FailureCommands {
protected:
    static constexpr int commits_count = 8;
    static constexpr int broken_build = 3;  // does not build
    static constexpr int first_bad = 6;

    finished git(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(),
                         {GIT_PROGRAM, "-C", file("server"), "-c", "user.name=n", "-c",
                          "user.email=n@example.org", "-c", "commit.gpgsign=false", "-c",
                          "core.hooksPath=/dev/null"});
        return run_program(arguments, file("git.log"), command_limit);
    }

    // A server that is a word in a file, and turns bad with one commit.
    void make_repository() const {
        std::filesystem::create_directories(file("server"));
        ASSERT_EQ(git({"init", "-q", "-b", "main"}).how.exit_code, 0);
        for (int number = 1; number <= commits_count; ++number) {
            const std::string bin = std::filesystem::path(STORMDRAIN_PROGRAM).parent_path();
            write_file(file("server/serve.sh"),
                       "exec " + bin +
                           (number < first_bad ? "/server_reference" : "/server_exits_nonzero") +
                           " \"$@\"  # " + std::to_string(number) + "\n");
            write_file(file("server/build.sh"), number == broken_build ? "exit 1\n" : "exit 0\n");
            ASSERT_EQ(git({"add", "."}).how.exit_code, 0);
            const finished made = git({"commit", "-q", "-m", "commit " + std::to_string(number)});
            ASSERT_EQ(made.how.exit_code, 0) << made.output;
        }
    }

    finished bisect_run(const std::vector<std::string>& asked) const {
        std::vector<std::string> arguments{
            "bisect", "run", std::string(STORMDRAIN_SOURCE_FOLDER) + "/ci/bisect", "sh build.sh"};
        arguments.insert(arguments.end(), asked.begin(), asked.end());
        return git(arguments);
    }
};

TEST_F(Bisect, FindsTheCommitThatTurnedBadPastOneThatDoesNotBuild) {
    if (std::string(GIT_PROGRAM).empty()) {
        GTEST_SKIP() << "no git";
    }
    ASSERT_NO_FATAL_FAILURE(make_repository());
    ASSERT_EQ(::setenv("STORMDRAIN", STORMDRAIN_PROGRAM, 1), 0);
    const std::string target = written_target(
        R"(["/bin/sh", ")" + file("server/serve.sh") + R"(", "--http", "127.0.0.1:${port.http}"])",
        R"({"speaks": "http"})");
    ASSERT_EQ(git({"bisect", "start", "HEAD", "HEAD~7"}).how.exit_code, 0);
    const finished found =
        bisect_run({suite("smoke"), "--target", target, "--filter", "*/at_rest/load=keep_alive",
                    "--seed", "1", "--cycle", "0", "--replay", "2", "--out", file("results")});
    EXPECT_EQ(found.how.exit_code, 0) << found.output;
    EXPECT_THAT(found.output, HasSubstr("is the first bad commit"));
    EXPECT_THAT(git({"show", "-s", "--format=%s", "refs/bisect/bad"}).output,
                HasSubstr("commit " + std::to_string(first_bad)));
}

TEST_F(Bisect, EndsAtACommandLineThatIsWrong) {
    if (std::string(GIT_PROGRAM).empty()) {
        GTEST_SKIP() << "no git";
    }
    ASSERT_NO_FATAL_FAILURE(make_repository());
    ASSERT_EQ(::setenv("STORMDRAIN", STORMDRAIN_PROGRAM, 1), 0);
    ASSERT_EQ(git({"bisect", "start", "HEAD", "HEAD~7"}).how.exit_code, 0);
    const finished ended = bisect_run({"no_such_suite", "--target", reference_target()});
    EXPECT_NE(ended.how.exit_code, 0);
    EXPECT_THAT(ended.output,
                AllOf(HasSubstr("no_such_suite"), Not(HasSubstr("is the first bad commit"))));
}

}  // namespace
}  // namespace stormdrain::acceptance
