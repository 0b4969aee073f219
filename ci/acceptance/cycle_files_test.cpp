// What a run leaves for a person who looks at a failed cycle: a trace, and packets that Wireshark's
// own tshark opens and decrypts; and what it says to the CI engine that it runs under.

#include "ci/acceptance/judged_fixture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string_view>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

namespace fs = std::filesystem;

constexpr int promises_kept = 0;
constexpr int promise_broken = 1;
constexpr auto reading_limit = 30s;

class CycleFiles : public judged_fixture {
protected:
    static std::string defect(const std::string& name) {
        return std::string(STORMDRAIN_DEFECTS_FOLDER) + "/" + name + ".json";
    }

    // Two cycles over TLS, of a server of that target.
    std::vector<std::string> over_tls(const std::string& target,
                                      const std::vector<std::string>& options) const {
        std::vector<std::string> arguments{
            suite("smoke"), "--target", target, "--filter", "*/at_rest/load=over_tls",
            "--seed",       "1"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        return run_argv(arguments);
    }

    finished run_with(const std::vector<std::string>& before,
                      const std::vector<std::string>& argv) const {
        std::vector<std::string> whole = before;
        whole.insert(whole.end(), argv.begin(), argv.end());
        return run_program(whole, file("output"), 50s);
    }

    // The folder of the only scenario's cycle; empty: none was kept.
    std::string cycle_folder(const std::string& cycle) const {
        std::error_code absent;
        for (const auto& scenario : fs::directory_iterator(results_file("cycles"), absent)) {
            if (fs::exists(scenario.path() / cycle)) {
                return (scenario.path() / cycle).string();
            }
        }
        return {};
    }

    finished tshark(const std::string& capture, const std::vector<std::string>& arguments) const {
        // Without the settings of whoever runs this; names are not looked up anywhere.
        std::vector<std::string> argv{
            "/usr/bin/env", "HOME=" + file("home"), TSHARK_PROGRAM, "-n", "-r", capture};
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        return run_program(argv, file("tshark"), reading_limit);
    }

    bool says_that_it_captures_nothing(const finished& run) const {
        return run.output.find("--pcap: no packets are captured") != std::string::npos;
    }
};

std::vector<std::string> names_of(const json& trace, std::string_view phase) {
    std::vector<std::string> names;
    for (const json& event : trace.at("traceEvents")) {
        if (event.at("ph") == phase) {
            const bool is_track = event.at("name") == "thread_name";
            names.push_back(is_track ? event.at("args").at("name") : event.at("name"));
        }
    }
    return names;
}

std::vector<std::string> lines_with(const std::string& text, std::string_view part) {
    std::vector<std::string> found;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.find(part) != std::string::npos) {
            found.push_back(line);
        }
    }
    return found;
}

TEST_F(CycleFiles, OfAFailedCycleIsATrace) {
    const finished red =
        run_with({}, over_tls(defect("exits_nonzero"), {"--cycles", "1", "--trace"}));
    ASSERT_EQ(red.how.exit_code, promise_broken) << to_text(red.how) << "\n" << red.output;
    const json trace = json::parse(read_file(cycle_folder("0") + "/trace.json"));
    EXPECT_THAT(names_of(trace, "M"), AllOf(Contains("server"), Contains("listener")));
    EXPECT_THAT(names_of(trace, "i"),
                AllOf(Contains(StartsWith("stop: ")), Contains(StartsWith("deadline")),
                      Contains(HasSubstr("exit "))));
    EXPECT_FALSE(fs::exists(cycle_folder("0") + "/traffic.pcapng")) << "nobody asked for packets";
}

TEST_F(CycleFiles, OfAFailedCycleAreItsPacketsWithTheirSecrets) {
    if (std::string_view(TSHARK_PROGRAM).empty()) {
        GTEST_SKIP() << "no tshark (package tshark)";
    }
    const finished red =
        run_with({}, over_tls(defect("exits_nonzero"), {"--cycles", "1", "--pcap"}));
    ASSERT_EQ(red.how.exit_code, promise_broken) << to_text(red.how) << "\n" << red.output;
    if (says_that_it_captures_nothing(red)) {
        GTEST_SKIP() << red.output;
    }
    const std::string capture = cycle_folder("0") + "/traffic.pcapng";
    ASSERT_TRUE(fs::exists(capture)) << red.output;
    const finished requests = tshark(capture, {"-Y", "tls && http.request", "-T", "fields", "-e",
                                               "http.request.method", "-e", "http.request.uri"});
    ASSERT_EQ(requests.how.exit_code, 0) << requests.output;
    EXPECT_THAT(lines_with(requests.output, "GET"), Contains("GET\t/")) << requests.output;
    const finished answers =
        tshark(capture, {"-Y", "tls && http.response", "-T", "fields", "-e", "http.response.code"});
    EXPECT_THAT(lines_with(answers.output, "200"), Not(IsEmpty())) << answers.output;
    // The whole life of a connection is there, and the file says what it shows.
    const finished handshakes = tshark(capture, {"-Y", "tls.handshake.type == 1", "-T", "fields",
                                                 "-e", "tls.handshake.extensions_server_name"});
    EXPECT_THAT(lines_with(handshakes.output, "localhost"), Not(IsEmpty())) << handshakes.output;
    EXPECT_THAT(read_file(capture),
                HasSubstr("exits_nonzero/smoke/at_rest/load=over_tls, cycle 0"));
}

TEST_F(CycleFiles, OfACycleThatKeptItsPromisesAreNone) {
    const finished green =
        run_with({}, over_tls(reference_target(), {"--cycles", "2", "--trace", "--pcap"}));
    ASSERT_EQ(green.how.exit_code, promises_kept) << to_text(green.how) << "\n" << green.output;
    EXPECT_THAT(cycle_folder("0"), IsEmpty());
    EXPECT_THAT(cycle_folder("1"), IsEmpty());
}

TEST_F(CycleFiles, OfAReplayAreThereEitherWay) {
    const finished green =
        run_with({}, over_tls(reference_target(), {"--cycle", "1", "--trace", "--pcap"}));
    ASSERT_EQ(green.how.exit_code, promises_kept) << to_text(green.how) << "\n" << green.output;
    const std::string folder = cycle_folder("1");
    ASSERT_THAT(folder, Not(IsEmpty()));
    EXPECT_TRUE(fs::exists(folder + "/trace.json"));
    EXPECT_EQ(fs::exists(folder + "/traffic.pcapng"), !says_that_it_captures_nothing(green));
}

TEST_F(CycleFiles, WithoutThePrivilegeAreSaidToBeMissing) {
    std::vector<std::string> without;
    if (::geteuid() == 0) {
        if (std::string_view(SETPRIV_PROGRAM).empty()) {
            GTEST_SKIP() << "no setpriv (package util-linux)";
        }
        without = {SETPRIV_PROGRAM, "--bounding-set", "-net_raw", "--inh-caps", "-net_raw"};
    }
    const finished red = run_with(
        without, over_tls(defect("exits_nonzero"), {"--cycles", "1", "--trace", "--pcap"}));
    ASSERT_EQ(red.how.exit_code, promise_broken) << to_text(red.how) << "\n" << red.output;
    if (without.empty() && !says_that_it_captures_nothing(red)) {
        GTEST_SKIP() << "this user may capture packets";
    }
    EXPECT_THAT(red.output, HasSubstr("--pcap: no packets are captured: mechanism packet_socket "
                                      "unavailable (socket(AF_PACKET): "));
    EXPECT_TRUE(fs::exists(cycle_folder("0") + "/trace.json"));
    EXPECT_FALSE(fs::exists(cycle_folder("0") + "/traffic.pcapng"));
}

TEST_F(CycleFiles, AndMetricsAreTakenByPromtool) {
    const finished red =
        run_with({}, over_tls(defect("exits_nonzero"),
                              {"--cycles", "1", "--prometheus", file("stormdrain.prom")}));
    ASSERT_EQ(red.how.exit_code, promise_broken) << to_text(red.how) << "\n" << red.output;
    const std::string metrics = read_file(file("stormdrain.prom"));
    EXPECT_THAT(metrics, AllOf(HasSubstr("stormdrain_run_exit_code 1\n"),
                               HasSubstr("check=\"exit_status\"} 1\n"),
                               HasSubstr("stormdrain_shutdown_quantile_seconds{")));
    EXPECT_THAT(red.output, HasSubstr("stormdrain.prom"));
    if (std::string_view(PROMTOOL_PROGRAM).empty()) {
        GTEST_SKIP() << "no promtool (package prometheus)";
    }
    const std::string command =
        std::string(PROMTOOL_PROGRAM) + " check metrics <" + file("stormdrain.prom");
    const finished checked = run_program({"/bin/sh", "-c", command}, file("checked"), 20s);
    EXPECT_EQ(checked.how.exit_code, 0) << checked.output;
}

// A server whose every word is a command of some engine, and which never serves.
TEST_F(CycleFiles, AndNothingThatAServerSaysCommandsAnEngine) {
    const std::string target =
        written_target(R"(["/bin/sh", "-c", "printf '::error::owned\n+++ group\n)"
                       R"(\\033[0Ksection_end:1:stormdrain_1\\r\\033[0K\n)"
                       R"(##[error]x ##vso[task.complete result=Succeeded;]done\n'; exit 3"])",
                       R"({"speaks": "http"})");
    const std::vector<std::string> argv =
        run_argv({suite("smoke"), "--target", target, "--filter", "*/under_load", "--cycles", "1"});
    for (const std::string variable :
         {"GITHUB_ACTIONS=true", "GITLAB_CI=true", "BUILDKITE=true", "TF_BUILD=True"}) {
        const finished red = run_with({"/usr/bin/env", variable}, argv);
        SCOPED_TRACE(variable + "\n" + red.output);
        EXPECT_EQ(red.how.exit_code, promise_broken);
        for (const char* const command : {"##vso[task.complete", "##[error]", "\n::error::owned",
                                          "section_end:1:", "\n+++ group"}) {
            EXPECT_THAT(red.output, Not(HasSubstr(command)));
        }
        EXPECT_THAT(red.output,
                    AnyOf(HasSubstr("\n::error "), HasSubstr("section_start:"),
                          HasSubstr("\n+++ stormdrain: "), HasSubstr("##vso[task.logissue ")))
            << "ours is there";
    }
    const finished silent = run_with({"/usr/bin/env", "GITHUB_ACTIONS=true"}, [&argv] {
        std::vector<std::string> more = argv;
        more.insert(more.end(), {"--annotations", "none"});
        return more;
    }());
    EXPECT_THAT(silent.output, Not(HasSubstr("::error")));
}

}  // namespace
}  // namespace stormdrain::acceptance
