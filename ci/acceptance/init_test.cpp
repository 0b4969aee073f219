// A command line becomes a target file, and the file works: what a new user does first.

#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Five starts and three stops, one of which may have to wait for all of --patience.
constexpr auto init_limit = 100s;

class Init : public stormdrain_fixture {
protected:
    finished init(const std::vector<std::string>& command,
                  const std::vector<std::string>& options = {}) const {
        std::vector<std::string> argv = {STORMDRAIN_PROGRAM, "init", "--write", target()};
        argv.insert(argv.end(), options.begin(), options.end());
        argv.emplace_back("--");
        argv.insert(argv.end(), command.begin(), command.end());
        return run_program(argv, file("output"), init_limit);
    }
    finished check() const {
        return run_program({STORMDRAIN_PROGRAM, "check", target()}, file("output"), 20s);
    }
    std::string target() const { return file("made.json"); }
    std::string text() const { return read_file(target()); }

    static std::string reference_program() {
        return std::filesystem::path(STORMDRAIN_PROGRAM).parent_path().string() +
               "/server_reference";
    }
    static std::vector<std::string> reference() {
        return {reference_program(), "--http", "127.0.0.1:{port}"};
    }
    static std::vector<std::string> shell(const std::string& script) {
        return {"/bin/sh", "-c", script};
    }
    void expect_green_smoke() {
        const finished smoke = run({"smoke", "--target", target(), "--cycles", "1", "--seed", "1"});
        EXPECT_EQ(smoke.how.exit_code, 0) << to_text(smoke.how) << "\n" << smoke.output << text();
    }
};

TEST_F(Init, WritesATargetThatIsGoodAndGreen) {
    const finished made = init(reference(), {"--name", "mine"});
    ASSERT_EQ(made.how.exit_code, 0) << to_text(made.how) << "\n" << made.output;
    EXPECT_THAT(made.output,
                AllOf(HasSubstr("GET / was answered with 200"), HasSubstr("SIGTERM: exit 0"),
                      HasSubstr("run smoke --target"), HasSubstr("probe ")));
    EXPECT_THAT(text(), AllOf(HasSubstr("\"name\": \"mine\""), HasSubstr("${port.http}"),
                              HasSubstr("\"confirm\": ")));
    const finished checked = check();
    EXPECT_EQ(checked.how.exit_code, 0) << checked.output;
    expect_green_smoke();
}

TEST_F(Init, PassesPortsInTheEnvironment) {
    const finished made = init(shell("exec " + reference_program() + " --http 127.0.0.1:$PORT"),
                               {"--env", "PORT={port}"});
    ASSERT_EQ(made.how.exit_code, 0) << to_text(made.how) << "\n" << made.output;
    EXPECT_THAT(text(), HasSubstr(R"("env": {"PORT": "${port.http}"})"));
}

TEST_F(Init, UnderstandsTlsBesideHttp) {
    std::vector<std::string> command = reference();
    command.insert(command.end(), {"--https", "127.0.0.1:{port:https}", "--certificate",
                                   "{tls.certificate}", "--key", "{tls.key}"});
    const finished made = init(command);
    ASSERT_EQ(made.how.exit_code, 0) << to_text(made.how) << "\n" << made.output;
    EXPECT_THAT(text(), AllOf(HasSubstr(R"("https": {"speaks": "https"})"),
                              HasSubstr(R"("port": "http")"), Not(HasSubstr("\"verify\""))));
}

// Goal: the file that init writes of a server on IPv6 is good for all that comes behind it.
TEST_F(Init, UnderstandsIpv6) {
    const finished made = init({reference_program(), "--http", "[::1]:{port}", "--https",
                                "[::1]:{port:https}", "--certificate", "{tls.certificate}", "--key",
                                "{tls.key}", "--request-timeout", "1s"});
    ASSERT_EQ(made.how.exit_code, 0) << to_text(made.how) << "\n" << made.output;
    EXPECT_THAT(text(), AllOf(HasSubstr(R"("http": {"speaks": "http", "address": "::1"})"),
                              HasSubstr(R"("https": {"speaks": "https", "address": "::1"})")));
    expect_green_smoke();
    const finished probed = run_program({STORMDRAIN_PROGRAM, "probe", target(), "--condition",
                                         "nothing_held,idle_keep_alive,request_timeout", "--cycles",
                                         "1", "--seed", "1", "--out", file("probed")},
                                        file("output"), init_limit);
    EXPECT_EQ(probed.how.exit_code, 0) << to_text(probed.how) << "\n" << probed.output;
    EXPECT_THAT(probed.output, HasSubstr("idle_keep_alive"));
}

TEST_F(Init, WorksForPythonsServer) {
    const finished asked =
        run_program({"/bin/sh", "-c", "python3 -c 'import http.server'"}, file("output"), 20s);
    if (asked.how.exit_code != 0) {
        GTEST_SKIP() << "no python3 with http.server";
    }
    const finished made = init({"python3", "-m", "http.server", "--bind", "127.0.0.1", "{port}"});
    ASSERT_EQ(made.how.exit_code, 0) << to_text(made.how) << "\n" << made.output;
    expect_green_smoke();
}

TEST_F(Init, NeverOverwritesUnasked) {
    written("made.json", "mine");
    const finished refused = init(reference());
    EXPECT_EQ(refused.how.exit_code, 2) << refused.output;
    EXPECT_THAT(refused.output, HasSubstr("--force"));
    EXPECT_EQ(text(), "mine");
    EXPECT_EQ(init(reference(), {"--force"}).how.exit_code, 0);
    EXPECT_THAT(text(), HasSubstr("stormdrain"));
}

TEST_F(Init, SaysThatAProgramIsNotThere) {
    const finished made = init({"/nonexistent/server", "{port}"});
    EXPECT_EQ(made.how.exit_code, 2) << made.output;
    EXPECT_THAT(made.output, HasSubstr("cannot be started: /nonexistent/server"));
    EXPECT_FALSE(std::filesystem::exists(target()));
}

TEST_F(Init, ShowsTheLastWordsOfAServerThatEnds) {
    const finished made = init(shell("echo no such database; exit 4"));
    EXPECT_EQ(made.how.exit_code, 3) << made.output;
    EXPECT_THAT(made.output, AllOf(HasSubstr("exit 4"), HasSubstr("no such database")));
    EXPECT_FALSE(std::filesystem::exists(target()));
}

TEST_F(Init, SaysThatAServerNeverListens) {
    const finished made = init(shell("exec sleep 600"), {"--patience", "3s"});
    EXPECT_EQ(made.how.exit_code, 3) << made.output;
    EXPECT_THAT(made.output, HasSubstr("does not listen on any TCP port"));
}

TEST_F(Init, SaysThatAServerLeavesTheForeground) {
    const finished made = init(shell(reference_program() + " --http 127.0.0.1:{port} & exit 0"));
    EXPECT_EQ(made.how.exit_code, 3) << made.output;
    EXPECT_THAT(made.output, HasSubstr("leaves the foreground"));
}

TEST_F(Init, SaysThatNoSignalEndsAServer) {
    const finished made = init(shell("trap '' TERM INT QUIT; " + reference_program() +
                                     " --http 127.0.0.1:{port} & while :; do wait; done"),
                               {"--patience", "3s"});
    EXPECT_EQ(made.how.exit_code, 1) << made.output;
    EXPECT_THAT(made.output, AllOf(HasSubstr("SIGQUIT: it goes on; killed"),
                                   HasSubstr("none of the signals ends it")));
    EXPECT_THAT(text(), HasSubstr("No signal ends it"));
}

TEST_F(Init, KilledLeavesNoProcess) {
    // What SIGKILL leaves no time to remove goes with this test's folder.
    program started({"/usr/bin/env", "TMPDIR=" + file("."), STORMDRAIN_PROGRAM, "init", "--write",
                     target(), "--", "/bin/sh", "-c", "echo up; exec sleep 600"},
                    file("output"));
    EXPECT_FALSE(started.wait(clock::now() + 500ms).has_value()) << read_file(file("output"));
    started.kill();  // the fixture looks for what is left
}

}  // namespace
}  // namespace stormdrain::acceptance
