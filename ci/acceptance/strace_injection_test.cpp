// A failing accept(2) by strace's injection is judged like one by the fault syscall_error: two
// mechanisms (ptrace and seccomp) that share nothing, and must work on one server together.

#include "ci/acceptance/judged_fixture.hpp"
#include "ci/acceptance/outside_views.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;

// A server that is deaf is asked again for 10 s, and the fault of the harness waits up to 20 s for
// the calls of accept(2) that such a server never makes.
constexpr auto deaf_limit = 50s;

class StraceInjection : public judged_fixture {
protected:
    struct both {
        judged by_strace;
        judged by_harness;
    };

    void SetUp() override {
        if (const std::string why = strace_missing(); !why.empty()) {
            GTEST_SKIP() << why;
        }
    }

    // The call that strace makes fail is known by its number alone, and how many calls a server
    // needs until it serves is a matter of timing: from 2 to 4. So the twelfth is one of twenty in
    // a row, each failed by the harness with an error that means nothing for the listener.
    judged_fixture::way injected(const std::string& server) const {
        return {server,
                {STRACE_PROGRAM, "-D", "-f", "-o", file(server + ".log"), "-e",
                 "trace=accept4,exit_group", "-e", "inject=accept4:error=EMFILE:when=12"}};
    }

    std::string failing_with(const std::string& error, int calls) const {
        return written_scenario(
            "after_" + std::to_string(calls) + "_calls",
            {{"faults", {{{"kind", "syscall_error"}, {"error", error}, {"calls", calls}}}},
             {"stop", {{"at", "after_load"}}}});
    }

    // At the same time: most of it is waiting.
    both judge_both(const std::string& server) const {
        const std::string strace = server + "_strace";
        const std::string harness = server + "_harness";
        program first(argv_of(failing_with("ECONNABORTED", 20),
                              written_way(strace, injected(server)), strace),
                      file(strace + ".out"));
        program second(
            argv_of(failing_with("EMFILE", 1), written_way(harness, {server, {}}), harness),
            file(harness + ".out"));
        const auto deadline = clock::now() + deaf_limit;
        return {read_judged(end_of(first, deadline, strace), strace),
                read_judged(end_of(second, deadline, harness), harness)};
    }

    void expect_same(const std::string& server, const std::set<std::string>& failed) {
        const both all = judge_both(server);
        const std::string outputs = all.by_strace.run.output + all.by_harness.run.output;
        EXPECT_EQ(all.by_strace.seen.failed, failed) << outputs;
        EXPECT_EQ(all.by_harness.seen.failed, failed) << outputs;
        EXPECT_EQ(count_errors(read_file(file(server + ".log")), "EMFILE").injected_count, 1U);
        for (const judged* one : {&all.by_strace, &all.by_harness}) {
            EXPECT_EQ(one->record.at("at_exit").at("witness"), "seccomp");
            EXPECT_EQ(one->record.at("faults").at(0).at("delivered_count"), 1) << outputs;
        }
    }

private:
    finished end_of(program& running, clock::time_point deadline, const std::string& name) const {
        const std::optional<ending> how = running.wait(deadline);
        return {how ? *how : running.kill(), read_file(file(name + ".out"))};
    }
};

TEST_F(StraceInjection, LeavesTheReferenceServerUnharmed) {
    expect_same("server_reference", {});
}

// One failed call is not a shortage: there is nothing to spin on.
TEST_F(StraceInjection, LeavesAServerUnharmedThatTriesAgainAtOnce) {
    expect_same("server_spins_on_emfile", {});
}

TEST_F(StraceInjection, FindsTheServerThatIsDeafAfterwards) {
    expect_same("server_deaf_after_emfile", {"recovery_failed"});
}

}  // namespace
}  // namespace stormdrain::acceptance
