// `stormdrain attack` with slow clients, and to servers that are not on a port of 127.0.0.1.

#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>

#include <poll.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

constexpr int all_served = 0;
constexpr int some_failed = 1;
constexpr int bad_usage = 2;
constexpr auto attack_limit = 60s;
constexpr int look_interval_ms = 10;

class SlowAttack : public stormdrain_fixture {
protected:
    // Where it listens is in its log.
    void start_server(const std::string& where, const std::vector<std::string>& options = {}) {
        const std::filesystem::path folder =
            std::filesystem::path(STORMDRAIN_PROGRAM).parent_path();
        std::vector<std::string> argv{(folder / "server_reference").string(), "--http", where};
        argv.insert(argv.end(), options.begin(), options.end());
        server_.emplace(argv, file("server"));
        const auto deadline = clock::now() + 10s;
        while (read_file(file("server")).find("event=listening") == std::string::npos) {
            ASSERT_LT(clock::now(), deadline) << read_file(file("server"));
            ::poll(nullptr, 0, look_interval_ms);
        }
    }

    // The port that the kernel chose.
    std::string port() const {
        const std::string log = read_file(file("server"));
        const std::size_t begin = log.find(" port=") + 6;
        return log.substr(begin, log.find(' ', begin) - begin);
    }

    finished attack(const std::string& url, const std::vector<std::string>& options) const {
        std::vector<std::string> argv{STORMDRAIN_PROGRAM, "attack", url};
        argv.insert(argv.end(), options.begin(), options.end());
        return run_program(argv, file("output"), attack_limit);
    }

    finished attack_slowly(const std::string& manner, const std::vector<std::string>& more) const {
        std::vector<std::string> options{"--slow", manner, "--clients", "50", "--every", "100ms"};
        options.insert(options.end(), more.begin(), more.end());
        return attack("http://127.0.0.1:" + port() + "/", options);
    }

    std::optional<program> server_;
};

TEST_F(SlowAttack, HoldsClientsAndSaysWhetherOthersAreServed) {
    start_server("127.0.0.1:0");
    const finished run = attack_slowly("headers", {"--duration", "2500ms"});
    EXPECT_EQ(run.how.exit_code, all_served) << run.output;
    EXPECT_THAT(run.output, AllOf(HasSubstr("50 clients, slow headers: a byte every 100 ms"),
                                  HasSubstr("50 connected, 50 open at the end"),
                                  HasSubstr("none by the server"),
                                  HasSubstr("3 of 3 requests beside them answered")));
}

TEST_F(SlowAttack, CountsThoseThatTheServerEnds) {
    start_server("127.0.0.1:0", {"--header-timeout", "500ms", "--request-timeout", "500ms"});
    const finished run = attack_slowly("headers", {"--duration", "3s"});
    EXPECT_EQ(run.how.exit_code, all_served) << run.output;
    EXPECT_THAT(run.output, AllOf(HasSubstr("50 connected"), HasSubstr("by the server 50 after"),
                                  HasSubstr("50 answered (50 with 408)")));
}

TEST_F(SlowAttack, SendsBodiesSlowly) {
    start_server("127.0.0.1:0");
    const finished run = attack_slowly("body", {"--duration", "1s", "--upload", "1KiB"});
    EXPECT_EQ(run.how.exit_code, all_served) << run.output;
    EXPECT_THAT(run.output, AllOf(HasSubstr("slow body: a byte every"),
                                  HasSubstr("50 connected, 50 open at the end")));
}

TEST_F(SlowAttack, TakesAnswersSlowly) {
    start_server("127.0.0.1:0");
    const finished run = attack("http://127.0.0.1:" + port() + "/bytes/16777216",
                                {"--slow", "reader", "--clients", "20", "--every", "100ms",
                                 "--duration", "1s", "--timeout", "10s"});
    EXPECT_EQ(run.how.exit_code, all_served) << run.output;
    EXPECT_THAT(run.output, HasSubstr("20 connected, 20 open at the end"));
}

// Goal: a server that slow clients keep busy serves nobody else, and that is what is judged.
TEST_F(SlowAttack, FailsWhenOthersAreNotServed) {
    start_server("127.0.0.1:0", {"--max-connections", "20"});
    const finished run = attack_slowly("headers", {"--duration", "2s", "--timeout", "1s"});
    EXPECT_EQ(run.how.exit_code, some_failed) << run.output;
    EXPECT_THAT(run.output, HasSubstr("timed_out"));
}

TEST_F(SlowAttack, RefusesWhatMakesNoSense) {
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{"--slow", "headers", "--rate", "5"},
          {"--slow", "headers", "--close"},
          {"--slow", "headers", "--upload", "1KiB"},
          {"--slow", "everything"}}) {
        EXPECT_EQ(attack("http://127.0.0.1:1/", options).how.exit_code, bad_usage);
    }
}

TEST_F(SlowAttack, GoesToUnixSockets) {
    const std::string path = file("server.sock");
    start_server("unix:" + path);
    finished run = attack("unix:" + path, {"--requests", "2000", "--clients", "20"});
    EXPECT_EQ(run.how.exit_code, all_served) << run.output;
    EXPECT_THAT(run.output, AllOf(HasSubstr(" at " + path),
                                  HasSubstr("2000 begun, 2000 answered with 200, 0 not")));
    run = attack("unix:" + path + ":/bytes/5", {"--requests", "100", "--close"});
    EXPECT_EQ(run.how.exit_code, all_served) << run.output;
    run = attack("unix:" + path, {"--requests", "1000", "--http2", "--streams", "10"});
    EXPECT_EQ(run.how.exit_code, all_served) << run.output;
    EXPECT_THAT(run.output, HasSubstr("1000 begun, 1000 answered with 200, 0 not"));
    run = attack("unix:" + path, {"--slow", "headers", "--duration", "1s", "--clients", "20"});
    EXPECT_EQ(run.how.exit_code, all_served) << run.output;
    EXPECT_THAT(run.output, HasSubstr("20 connected, 20 open at the end"));
}

TEST_F(SlowAttack, GoesToIpv6) {
    start_server("[::1]:0");
    const std::string url = "http://[::1]:" + port() + "/";
    finished run = attack(url, {"--requests", "2000", "--clients", "20"});
    EXPECT_EQ(run.how.exit_code, all_served) << run.output;
    EXPECT_THAT(run.output, ContainsRegex("at \\[::1\\]:[0-9]+"));
    run = attack(url, {"--slow", "headers", "--duration", "1s", "--clients", "20"});
    EXPECT_EQ(run.how.exit_code, all_served) << run.output;
}

TEST_F(SlowAttack, GoesThroughALinkOnIpv6) {
    start_server("[::1]:0");
    program link({STORMDRAIN_PROGRAM, "link", "--listen", "[::1]:0", "--upstream",
                  "[::1]:" + port(), "--toxic", "latency:latency=1ms"},
                 file("link"));
    const auto deadline = clock::now() + 10s;
    while (read_file(file("link")).find(" -> ") == std::string::npos) {
        ASSERT_LT(clock::now(), deadline) << read_file(file("link"));
        ::poll(nullptr, 0, look_interval_ms);
    }
    const std::string log = read_file(file("link"));
    const std::size_t begin = log.find("[::1]:");
    const std::string where = log.substr(begin, log.find(" -> ", begin) - begin);
    const finished run = attack("http://" + where + "/", {"--requests", "200"});
    EXPECT_EQ(run.how.exit_code, all_served) << run.output << log;
    EXPECT_THAT(run.output, HasSubstr("200 begun, 200 answered with 200, 0 not"));
}

}  // namespace
}  // namespace stormdrain::acceptance
