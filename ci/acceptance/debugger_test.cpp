// What the harness says of a hang, held against gdb(1); and servers that run below a debugger, as
// maintainers run them.

#include "ci/acceptance/judged_fixture.hpp"
#include "ci/acceptance/outside_views.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class Debugger : public judged_fixture {
protected:
    // The harness asks gdb for its view when it has finished its own.
    judged hang_seen_by_gdb(const std::string& server) const {
        way how{server, {}};
        how.hang = {{"dump",
                     {{"command",
                       {GDB_PROGRAM, "-nx", "-batch", "-iex", "set debuginfod enabled off", "-iex",
                        "set auto-load off", "-iex", "set print frame-arguments none", "-iex",
                        "set logging file " + file("gdb.txt"), "-iex", "set logging enabled on",
                        "-p", "${pid}", "-ex", "thread apply all bt"}}}}};
        return judge(written_scenario("hang", json::object()), written_way("hang", how));
    }
};

// What the harness has read of the server's own threads, innermost function first.
std::map<int, std::vector<std::string>> stacks_of_harness(const json& record) {
    const json& hang = record.at("stop").at("hang");
    std::set<int> threads;
    for (const json& thread : hang.at("threads")) {
        if (thread.at("process") == record.at("server_pid")) {
            threads.insert(thread.at("thread").get<int>());
        }
    }
    std::map<int, std::vector<std::string>> stacks;
    for (const json& group : hang.at("stacks")) {
        for (const int thread : group.at("threads")) {
            if (threads.contains(thread)) {
                stacks[thread] = group.at("frames").get<std::vector<std::string>>();
            }
        }
    }
    return stacks;
}

std::vector<std::string> keys_of_frames(const std::vector<std::string>& frames) {
    std::vector<std::string> keys;
    for (const std::string& frame : frames) {
        if (std::string key = key_of_frame(frame); !key.empty()) {
            keys.push_back(std::move(key));
        }
    }
    return keys;
}

// Whether the second is left when some of the first are taken out.
testing::AssertionResult is_in_order(const std::vector<std::string>& all,
                                     const std::vector<std::string>& some) {
    auto from = all.begin();
    for (const std::string& key : some) {
        from = std::find(from, all.end(), key);
        if (from == all.end()) {
            return testing::AssertionFailure()
                   << key << " is missing, or in another place, in " << testing::PrintToString(all);
        }
        ++from;
    }
    return testing::AssertionSuccess();
}

// Every function that the harness names is in gdb's stack, in that order; and every function of the
// server's own sources that gdb names is in the harness's. Of inlined functions of installed
// headers, which gdb lists, the harness says nothing.
void expect_same_stacks(const judged& all, const std::string& gdb_output) {
    const auto by_gdb = read_gdb(gdb_output);
    const auto by_harness = stacks_of_harness(all.record);
    EXPECT_EQ(by_harness.size(), by_gdb.size()) << gdb_output;
    for (const auto& [thread, frames] : by_gdb) {
        ASSERT_TRUE(by_harness.contains(thread)) << thread << "\n" << gdb_output;
        const std::vector<std::string> named = keys_of_frames(by_harness.at(thread));
        std::vector<std::string> listed;
        std::vector<std::string> own;
        for (const frame_view& frame : frames) {
            listed.push_back(frame.key);
            if (!frame.is_installed) {
                own.push_back(frame.key);
            }
        }
        EXPECT_FALSE(own.empty()) << gdb_output;
        EXPECT_TRUE(is_in_order(listed, named)) << gdb_output;
        EXPECT_TRUE(is_in_order(named, own)) << gdb_output;
    }
}

TEST_F(Debugger, NamesTheFunctionsOfASpinningServerAsTheHarnessDoes) {
    if (const std::string why = gdb_missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const judged all = hang_seen_by_gdb("server_spins_at_stop");
    EXPECT_THAT(all.seen.failed, ElementsAre("shutdown_deadline")) << all.run.output;
    EXPECT_EQ(all.record.at("stop").at("hang").at("cause"), "spinning");
    EXPECT_EQ(all.record.at("stop").at("hang").at("stacks_missing"), "");
    const std::string gdb_output = read_file(file("gdb.txt"));
    EXPECT_THAT(gdb_output, HasSubstr("wait_for_flag"));
    expect_same_stacks(all, gdb_output);
}

TEST_F(Debugger, NamesTheFunctionsOfAWaitingServerAsTheHarnessDoes) {
    if (const std::string why = gdb_missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const judged all = hang_seen_by_gdb("server_waits_for_child");
    EXPECT_THAT(all.seen.failed, testing::Contains("shutdown_deadline")) << all.run.output;
    const json& hang = all.record.at("stop").at("hang");
    EXPECT_EQ(hang.at("cause"), "waiting_for_child");
    EXPECT_EQ(hang.at("stacks_missing"), "");
    const std::string gdb_output = read_file(file("gdb.txt"));
    EXPECT_THAT(gdb_output, HasSubstr("all_ended"));
    expect_same_stacks(all, gdb_output);
}

// gdb is the process that is started, the server its child: what the child forgot to close is seen
// all the same.
TEST_F(Debugger, MayRunTheServerItself) {
    if (const std::string why = gdb_missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    way how{"server_leaks_at_exit",
            {GDB_PROGRAM, "-nx", "-batch", "-iex", "set debuginfod enabled off", "-ex",
             "handle SIGTERM nostop noprint pass", "-ex", "run", "--args"}};
    how.trigger = {
        {"command",
         {"/bin/sh", "-c", "kill -TERM $(cat /proc/$1/task/$1/children)", "sh", "${pid}"}}};
    const std::string suite = written_scenario(
        "below_gdb", {{"faults", {{{"kind", "idle_keep_alive"}, {"connections", 5}}}},
                      {"stop", {{"at", "after_load"}}}});
    const judged all = judge(suite, written_way("below_gdb", how));
    EXPECT_THAT(all.seen.failed, ElementsAre("descriptors_at_exit")) << all.run.output;
    EXPECT_THAT(all.seen.messages.at("descriptors_at_exit"),
                ElementsAre(HasSubstr("5 connections still open at the exit, server_leaks_at")));
}

// Only one may trace a process: the stacks are the tracer's to read. The cause is found without.
TEST_F(Debugger, IsNoReasonToMissACause) {
    if (const std::string why = strace_missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const way how{"server_spins_at_stop",
                  {STRACE_PROGRAM, "-D", "-f", "-o", file("strace.log"), "-e", "trace=exit_group"}};
    const judged all = judge(written_scenario("hang", json::object()), written_way("traced", how));
    EXPECT_THAT(all.seen.failed, ElementsAre("shutdown_deadline")) << all.run.output;
    const json& hang = all.record.at("stop").at("hang");
    EXPECT_EQ(hang.at("cause"), "spinning");
    EXPECT_THAT(hang.at("stacks_missing").get<std::string>(), HasSubstr("not permitted"));
    EXPECT_THAT(stacks_of_harness(all.record), IsEmpty());
}

// Without -D strace is the process that is told to stop, and it lets no signal end it while it
// writes to a file (strace(1), -I): the report names both.
TEST_F(Debugger, ThatKeepsTheStopToItselfIsNamed) {
    if (const std::string why = strace_missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const way how{"server_reference",
                  {STRACE_PROGRAM, "-f", "-o", file("strace.log"), "-e", "trace=exit_group"}};
    const judged all =
        judge(written_scenario("hang", json::object()), written_way("deaf_tracer", how));
    EXPECT_THAT(all.seen.failed, testing::Contains("shutdown_deadline")) << all.run.output;
    EXPECT_THAT(
        all.record.at("stop").at("hang").at("why").get<std::string>(),
        testing::AllOf(StartsWith("waiting for child: strace"), HasSubstr("for server_referenc")));
}

}  // namespace
}  // namespace stormdrain::acceptance
