// The finished program where it may do little: as user nobody, and with what a container of
// Docker's defaults allows. It finds the same, by the same means.

#include "ci/acceptance/detection.hpp"
#include "ci/acceptance/judged_fixture.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

namespace fs = std::filesystem;

constexpr int promises_kept = 0;
constexpr int promise_broken = 1;
constexpr uid_t nobody_id = 65534;
constexpr auto run_limit = 50s;  // of a few seconds on a machine with nothing else to do

enum class surroundings {
    nobody,            // no capability, and none to be had
    container,         // root with Docker's capabilities and system calls
    nobody_contained,  // nobody inside of that
};

std::string name_of(surroundings where) {
    switch (where) {
        case surroundings::nobody:
            return "Nobody";
        case surroundings::container:
            return "Container";
        case surroundings::nobody_contained:
            return "NobodyInContainer";
    }
    return "";
}

// For the names of tests and their messages.
void PrintTo(surroundings where, std::ostream* out) {
    *out << name_of(where);
}

class Unprivileged : public stormdrain_fixture, public testing::WithParamInterface<surroundings> {
protected:
    void SetUp() override {
        if (GetParam() == surroundings::container && !is_root()) {
            GTEST_SKIP() << "only root has capabilities to lose";
        }
        if (std::string_view(SETPRIV_PROGRAM).empty()) {
            GTEST_SKIP() << "no setpriv (package util-linux)";
        }
        std::vector<std::string> trial = prefix();
        trial.emplace_back("/bin/true");
        const finished tried = run_program(trial, file("tried"), 10s);
        if (tried.how.exit_code != promises_kept) {
            GTEST_SKIP() << "cannot become that here: " << tried.output;
        }
        lay_out();
    }

    // Whoever runs this test may have built it where others cannot look: what is needed is copied.
    void lay_out() const {
        for (const char* folder : {"bin", "suites", "servers/reference", "defects", "work"}) {
            fs::create_directories(file(folder));
        }
        const fs::path programs = fs::path(STORMDRAIN_PROGRAM).parent_path();
        for (const char* name :
             {"stormdrain", "server_reference", "server_leaks_at_exit", "server_waits_for_child"}) {
            fs::copy_file(programs / name, file("bin/") + name);
        }
        const fs::path sources = STORMDRAIN_SOURCE_FOLDER;
        for (const char* name : {"suites/smoke.json", "suites/process_truth.json",
                                 "suites/shutdown_cycles.json", "servers/reference/target.json"}) {
            fs::copy_file(sources / name, file(name));
        }
        for (const char* name : {"leaks_at_exit.json", "waits_for_child.json"}) {
            fs::copy_file(fs::path(STORMDRAIN_DEFECTS_FOLDER) / name, file("defects/") + name);
        }
        fs::permissions(file(""), fs::perms::others_read | fs::perms::others_exec,
                        fs::perm_options::add);
        if (is_root()) {
            EXPECT_EQ(::chown(file("work").c_str(), nobody_id, nobody_id), 0);
        }
    }

    // stormdrain in these surroundings.
    finished run_there(const std::vector<std::string>& arguments) const {
        std::vector<std::string> argv = prefix();
        argv.push_back(file("bin/stormdrain"));
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        return run_program(argv, file("output"), run_limit);
    }

    finished run_suite(const std::string& suite, const std::vector<std::string>& options) const {
        std::vector<std::string> arguments = {"run",        file("suites/" + suite + ".json"),
                                              "--out",      file("work/results"),
                                              "--seed",     "1",
                                              "--progress", "lines"};
        arguments.insert(arguments.end(), options.begin(), options.end());
        return run_there(arguments);
    }

    detection run_defect(const std::string& name, const std::string& suite,
                         const std::string& scenario) const {
        const finished run = run_suite(suite, {"--target", file("defects/" + name + ".json"),
                                               "--filter", "*/" + scenario, "--cycles", "1"});
        EXPECT_EQ(run.how.exit_code, promise_broken) << to_text(run.how) << "\n" << run.output;
        return read_detection(results());
    }

    std::string results() const { return read_file(file("work/results/results.jsonl")); }

    // Every exit was seen in the best way there is. Returns the faults that were delivered.
    std::set<std::string> expect_best_witness() const {
        std::set<std::string> delivered;
        const std::vector<json> cycles = cycles_in(results());
        EXPECT_FALSE(cycles.empty());
        for (const json& cycle : cycles) {
            const std::string scenario = cycle.at("scenario");
            EXPECT_EQ(cycle.at("at_exit").at("witness"), "seccomp") << scenario;
            EXPECT_EQ(cycle.at("at_exit").at("weaker_because"), "") << scenario;
            EXPECT_FALSE(cycle.at("at_exit").at("ends").empty()) << scenario;
            for (const json& fault : cycle.at("faults")) {
                if (fault.at("delivered_count") > 0) {
                    delivered.insert(fault.at("kind").get<std::string>());
                }
            }
        }
        return delivered;
    }

private:
    static bool is_root() { return ::geteuid() == 0; }

    // The words before those of the program.
    static std::vector<std::string> prefix() {
        std::vector<std::string> words;
        if (GetParam() != surroundings::nobody) {
            words.emplace_back(CONTAINER_PROGRAM);
        }
        if (GetParam() == surroundings::container) {
            return words;
        }
        words.emplace_back(SETPRIV_PROGRAM);
        if (is_root()) {
            const std::string number = std::to_string(nobody_id);
            words.insert(words.end(), {"--reuid", number, "--regid", number, "--clear-groups",
                                       "--bounding-set=-all"});
        }
        // Docker leaves it out; then the harness sets it where it needs it.
        if (GetParam() == surroundings::nobody || !is_root()) {
            words.emplace_back("--no-new-privs");
        }
        return words;
    }
};

TEST_P(Unprivileged, HasEverythingThatVerdictsNeed) {
    const finished asked = run_there({"doctor"});
    EXPECT_EQ(asked.how.exit_code, promises_kept) << to_text(asked.how) << "\n" << asked.output;
    EXPECT_THAT(asked.output, HasSubstr("Everything that verdicts need is here."));
    EXPECT_THAT(asked.output, testing::ContainsRegex("seccomp_listener +available"));
    if (GetParam() != surroundings::nobody) {
        // Else this would be no container.
        EXPECT_THAT(asked.output, testing::ContainsRegex("user_and_net_namespace +missing"));
    }
}

TEST_P(Unprivileged, PassesTheReferenceServer) {
    const finished smoke = run_suite("smoke", {});
    EXPECT_EQ(smoke.how.exit_code, promises_kept) << to_text(smoke.how) << "\n" << smoke.output;
    EXPECT_THAT(smoke.output, HasSubstr(" 0 skipped"));
    EXPECT_THAT(expect_best_witness(),
                IsSupersetOf({"connection_reset", "half_close", "slow_sender"}));
}

// As an ordinary user with the PATH of root.
TEST_P(Unprivileged, LooksPastAFolderOfThePathThatItMayNotRead) {
    const std::string hidden = file("hidden");
    fs::create_directory(hidden);
    fs::permissions(hidden, fs::perms::none);
    write_file(file("target.json"), R"({"stormdrain": 1, "name": "by_path",
  "launch": {"argv": ["env", "${bin}/server_reference", "--http", "127.0.0.1:${port.http}"],
             "env": {"PATH": ")" + hidden +
                                        R"(:/usr/bin:/bin"}},
  "ports": {"http": {"speaks": "http"}}})");
    const finished run = run_suite("smoke", {"--target", file("target.json"), "--filter",
                                             "*/at_rest/load=keep_alive", "--cycles", "1"});
    EXPECT_EQ(run.how.exit_code, promises_kept) << to_text(run.how) << "\n" << run.output;
}

// What strikes at the process: signals, limits, failing calls, a client that vanishes.
TEST_P(Unprivileged, DeliversFaultsOnTheProcess) {
    const finished run =
        run_suite("process_truth",
                  {"--filter",
                   "*/census/faults=idle:*/census/faults=vanished:*/census/faults=ignores_fin:"
                   "*/restart:*/second_signal*:*/descriptors_run_out:*/accept_errors*:*/paused",
                   "--cycles", "1"});
    EXPECT_EQ(run.how.exit_code, promises_kept) << to_text(run.how) << "\n" << run.output;
    EXPECT_THAT(run.output, HasSubstr(" 0 skipped"));
    EXPECT_THAT(expect_best_witness(), IsSupersetOf({"vanish", "second_signal", "descriptor_limit",
                                                     "syscall_error", "pause_server"}));
}

TEST_P(Unprivileged, FindsDescriptorsLeftOpen) {
    const detection seen = run_defect("leaks_at_exit", "process_truth", "census/faults=idle");
    ASSERT_THAT(seen.failed, ElementsAre("descriptors_at_exit"));
    EXPECT_THAT(seen.messages.at("descriptors_at_exit"),
                Each(AllOf(HasSubstr("5 connections still open at the exit"),
                           HasSubstr("client: fault idle_keep_alive"))));
    expect_best_witness();
}

TEST_P(Unprivileged, ExplainsAHangWithTheServersStack) {
    const detection seen =
        run_defect("waits_for_child", "shutdown_cycles", "moments/at=at_rest,load=keep_alive");
    ASSERT_TRUE(seen.failed.contains("shutdown_deadline"));
    EXPECT_THAT(
        seen.messages.at("shutdown_deadline"),
        Each(AllOf(HasSubstr("waiting for child: "), HasSubstr("helper_latch::all_ended"))));
    const std::vector<json> cycles = cycles_in(results());
    ASSERT_EQ(cycles.size(), 1U);
    EXPECT_EQ(cycles.front().at("stop").at("hang").at("stacks_missing"), "");
}

// The number that `docker run debian grep CapEff /proc/self/status` prints.
TEST(Container, LeavesRootTheCapabilitiesOfDocker) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root has capabilities to lose";
    }
    const scratch_folder folder;
    const finished asked = run_program({CONTAINER_PROGRAM, "/bin/cat", "/proc/self/status"},
                                       folder.file("output"), 10s);
    if (asked.how.exit_code != promises_kept) {
        GTEST_SKIP() << "cannot become that here: " << asked.output;
    }
    EXPECT_THAT(asked.output, HasSubstr("CapEff:\t00000000a80425fb\n"));
}

INSTANTIATE_TEST_SUITE_P(In, Unprivileged,
                         testing::Values(surroundings::nobody, surroundings::container,
                                         surroundings::nobody_contained),
                         [](const testing::TestParamInfo<surroundings>& one) {
                             return name_of(one.param);
                         });

}  // namespace
}  // namespace stormdrain::acceptance
