// What a user sees who makes a mistake, or whose server does: the exit code, the message, the
// report. Each is a fact of the finished program.

#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

namespace stormdrain::acceptance {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int promises_kept = 0;
constexpr int promise_broken = 1;
constexpr int bad_usage = 2;
constexpr int could_not_judge = 3;
constexpr int nothing_selected = 4;

const char* const http_port = R"({"speaks": "http"})";

// A listening socket of this process on a free port, for "the port is taken".
class taken_port {
public:
    taken_port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(socket_, generic, size), 0);
        EXPECT_EQ(::listen(socket_, 1), 0);
        EXPECT_EQ(::getsockname(socket_, generic, &size), 0);
        number_ = ntohs(address.sin_port);
    }
    taken_port(const taken_port&) = delete;
    taken_port& operator=(const taken_port&) = delete;
    ~taken_port() { ::close(socket_); }
    std::string number() const { return std::to_string(number_); }

private:
    int socket_;
    int number_ = 0;
};

class CommandLine : public stormdrain_fixture {
protected:
    // A mistake in the invocation or in a file: said on the terminal, nothing started, no report.
    void expect_refused(const std::vector<std::string>& arguments,
                        const testing::Matcher<const std::string&>& message) {
        const finished refused = run(arguments);
        EXPECT_EQ(refused.how.exit_code, bad_usage) << to_text(refused.how) << "\n"
                                                    << refused.output;
        EXPECT_THAT(refused.output, message);
        EXPECT_FALSE(std::filesystem::exists(results_file("junit.xml")));
    }

    finished run_smoke(const std::string& target, const std::string& filter) {
        return run({suite("smoke"), "--target", target, "--filter", filter, "--cycles", "1"});
    }

    std::string junit() {
        EXPECT_TRUE(is_valid_junit(results_file("junit.xml"), file("xmllint")));
        return read_file(results_file("junit.xml"));
    }
};

TEST_F(CommandLine, RefusesAnOptionItDoesNotKnow) {
    expect_refused({suite("smoke"), "--cyclse", "3"}, HasSubstr("--cyclse"));
}

TEST_F(CommandLine, RefusesAValueThatIsNoNumber) {
    expect_refused({suite("smoke"), "--cycles", "many"}, HasSubstr("--cycles"));
}

TEST_F(CommandLine, RefusesASuiteThatIsNotThere) {
    expect_refused({file("absent.json"), "--target", reference_target()}, HasSubstr("absent.json"));
}

TEST_F(CommandLine, PointsAtTheByteThatIsNotJson) {
    expect_refused(
        {written("bad.json", "{\n  \"stormdrain\" 1\n}"), "--target", reference_target()},
        HasSubstr("bad.json:2:"));
}

TEST_F(CommandLine, ReportsEveryMistakeOfASuiteAtOnce) {
    const std::string bad = written("bad.json", R"({
  "stormdrain": 1,
  "name": "bad",
  "defaults": {"budget": "10 parsecs"},
  "scenraios": [],
  "scenarios": [{"name": "one", "cuont": 3}]
})");
    expect_refused({bad, "--target", reference_target()},
                   AllOf(HasSubstr("/defaults/budget"), HasSubstr("10 parsecs"),
                         HasSubstr("did you mean \"scenarios\"?"), HasSubstr("/scenarios/0")));
}

TEST_F(CommandLine, RefusesATargetThatCannotBeRead) {
    expect_refused({suite("smoke"), "--target", file("")}, HasSubstr(file("")));
}

TEST_F(CommandLine, SaysThatAFilterSelectsNothing) {
    const finished run = run_smoke(reference_target(), "no_such_scenario");
    EXPECT_EQ(run.how.exit_code, nothing_selected) << to_text(run.how) << "\n" << run.output;
    EXPECT_THAT(run.output, HasSubstr("no_such_scenario"));
}

TEST_F(CommandLine, RefusesAProgramThatIsNotThereBeforeAnythingStarts) {
    const finished run = run_smoke(written_target(R"(["/nonexistent/server"])", http_port),
                                   "*/at_rest/load=keep_alive*");
    EXPECT_EQ(run.how.exit_code, bad_usage) << to_text(run.how) << "\n" << run.output;
    EXPECT_THAT(run.output, HasSubstr("/launch/argv/0: expected a program that can be run, got "
                                      "\"/nonexistent/server\""));
}

TEST_F(CommandLine, DoesNotBlameTheServerForAPortThatIsTaken) {
    const taken_port taken;
    const std::string port = R"({"speaks": "http", "number": )" + taken.number() + "}";
    const finished run = run_smoke(
        written_target(R"(["${bin}/server_reference", "--http", "127.0.0.1:${port.http}"])", port),
        "*/at_rest/load=keep_alive*");
    EXPECT_EQ(run.how.exit_code, could_not_judge) << to_text(run.how) << "\n" << run.output;
    EXPECT_THAT(run.output, HasSubstr(taken.number()));
    EXPECT_THAT(junit(), Not(HasSubstr("<failure")));
}

TEST_F(CommandLine, ReportsAServerThatDiesAtOnce) {
    const finished run =
        run_smoke(written_target(R"(["/bin/sh", "-c", "echo out of cheese; exit 3"])", http_port),
                  "*/at_rest/load=keep_alive*");
    EXPECT_EQ(run.how.exit_code, promise_broken) << to_text(run.how) << "\n" << run.output;
    EXPECT_THAT(junit(), AllOf(HasSubstr("stormdrain.start_failed"), HasSubstr("out of cheese")));
}

TEST_F(CommandLine, ReportsAServerThatNeverListens) {
    const finished run = run_smoke(written_target(R"(["/bin/sleep", "600"])", http_port),
                                   "*/at_rest/load=keep_alive*");
    EXPECT_EQ(run.how.exit_code, promise_broken) << to_text(run.how) << "\n" << run.output;
    EXPECT_THAT(junit(), HasSubstr("stormdrain.start_failed"));
}

TEST_F(CommandLine, KeepsUpWithAServerThatPrintsMegabytes) {
    const finished run = run_smoke(
        written_target(R"(["/bin/sh", "-c", "yes noise | head -c 20000000; exec \"$@\"", "sh",
                           "${bin}/server_reference", "--http", "127.0.0.1:${port.http}"])",
                       http_port),
        "*/at_rest/load=keep_alive*");
    EXPECT_EQ(run.how.exit_code, promises_kept) << to_text(run.how) << "\n" << run.output;
    EXPECT_THAT(junit(), Not(HasSubstr("<failure")));
    EXPECT_LT(run.output.size(), 100'000U);
    std::uintmax_t kept_bytes = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(file("results"))) {
        kept_bytes += entry.is_regular_file() ? entry.file_size() : 0;
    }
    EXPECT_LT(kept_bytes, 10'000'000U) << "captured output is bounded";
}

// The reference server, of which its target file says that it does not exit as promised.
std::string target_with_known(const std::string& finding, const std::string& legal_exit) {
    return R"({"stormdrain": 1, "name": "under_test",
  "launch": {"argv": ["${bin}/server_reference", "--http", "127.0.0.1:${port.http}"]},
  "ports": {"http": {"speaks": "http"}},
  "known": [{"finding": ")" +
           finding + R"(", "scenario": "smoke/at_rest/load=keep_alive", "origin": "a/b#1"}],
  "stop": {"graceful": {"exit_status": [)" +
           legal_exit + "]}}\n}";
}

TEST_F(CommandLine, StaysGreenWhileAKnownDefectIsSeen) {
    const finished run =
        run_smoke(written("target.json", target_with_known("exit_status", "7")), "*keep_alive");
    EXPECT_EQ(run.how.exit_code, promises_kept) << to_text(run.how) << "\n" << run.output;
    EXPECT_THAT(run.output, HasSubstr("KNOWN  under_test/smoke/at_rest/load=keep_alive  "
                                      "exit_status: a/b#1"));
    EXPECT_THAT(junit(), AllOf(HasSubstr("<skipped message=\"known: a/b#1"),
                               Not(HasSubstr("<failure")), Not(HasSubstr("<error"))));
}

TEST_F(CommandLine, TurnsRedOnceAKnownDefectIsGone) {
    const finished run =
        run_smoke(written("target.json", target_with_known("exit_status", "0")), "*keep_alive");
    EXPECT_EQ(run.how.exit_code, promise_broken) << to_text(run.how) << "\n" << run.output;
    EXPECT_THAT(run.output, HasSubstr("known_defect_gone: repaired? a/b#1"));
    EXPECT_THAT(junit(), HasSubstr("type=\"stormdrain.known_defect_gone\""));
}

TEST_F(CommandLine, RefusesAKnownFindingThatNoCheckMakes) {
    const std::string target = written("target.json", target_with_known("exit_staus", "0"));
    expect_refused({suite("smoke"), "--target", target},
                   HasSubstr("expected the name of a check, got \"exit_staus\"; did you mean "
                             "\"exit_status\"?"));
}

TEST_F(CommandLine, SaysWhatTheMachineAllows) {
    const std::string stormdrain = run_argv({}).front();
    const finished asked =
        run_program({stormdrain, "doctor"}, file("output"), std::chrono::seconds(60));
    EXPECT_EQ(asked.how.exit_code, promises_kept) << to_text(asked.how) << "\n" << asked.output;
    EXPECT_THAT(asked.output, AllOf(HasSubstr("sock_diag"), HasSubstr("somaxconn"),
                                    HasSubstr("Everything that verdicts need is here.")));
}

TEST_F(CommandLine, PassesTheReferenceServer) {
    const finished run = run_smoke(reference_target(), "*/at_rest*");
    EXPECT_EQ(run.how.exit_code, promises_kept) << to_text(run.how) << "\n" << run.output;
    EXPECT_THAT(junit(), AllOf(HasSubstr("shutdown_deadline"), Not(HasSubstr("<error"))));
}

}  // namespace
}  // namespace stormdrain::acceptance
