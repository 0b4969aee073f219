// What a cycle finds out about a server that is gone, with real servers.

#include "harness/cycle/aftermath.hpp"

#include "harness/cycle/running_fixture.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Aftermath : public running_fixture {
protected:
    // Leaves when it is told to, with what the script before it did.
    static target script_server(const std::string& script) {
        return ready_shell_server(
            "trap 'exit 0' TERM; " + script +
            " : > ready; while :; do sleep 0.01; done");  // a shell traps between two commands
    }
};

std::size_t tcp_sockets_of(const exit_census& end) {
    return static_cast<std::size_t>(std::ranges::count_if(
        end.held.descriptors,
        [](const descriptor& held) { return held.kind == descriptor_kind::tcp_socket; }));
}

TEST_F(Aftermath, SeesThatTheReferenceServerClosedEverythingBeforeItsExit) {
    const cycle_record record =
        cycle_of(planned(reference_server(), load_until(stop_moment::during_load)));
    EXPECT_EQ(to_text(*record.exit), "exit 0");
    if (record.at_exit.witness != exit_witness::seccomp) {
        GTEST_SKIP() << record.at_exit.weaker_because;
    }
    ASSERT_THAT(record.at_exit.ends, SizeIs(1));
    const exit_census& end = record.at_exit.ends.front();
    EXPECT_EQ(end.held.pid, record.server_pid);
    EXPECT_EQ(end.status, *record.exit);
    EXPECT_GT(end.at, *record.stop.triggered);
    EXPECT_LE(end.at, *record.exited);
    EXPECT_EQ(tcp_sockets_of(end), 0U);
}

TEST_F(Aftermath, NamesWhatAServerHeldThatLeftInAHurry) {
    target server = script_server("exec 9</etc/passwd;");
    const cycle_record record = cycle_of(planned(server, {}));
    EXPECT_EQ(to_text(*record.exit), "exit 0");
    if (record.at_exit.witness != exit_witness::seccomp) {
        GTEST_SKIP() << record.at_exit.weaker_because;
    }
    ASSERT_FALSE(record.at_exit.ends.empty());
    const auto& held = record.at_exit.ends.back().held.descriptors;
    EXPECT_TRUE(std::ranges::any_of(
        held, [](const descriptor& one) { return one.target == "/etc/passwd"; }));
}

TEST_F(Aftermath, SamplesTheDescriptorsWhereTheTargetWantsNoFilter) {
    target server = reference_server();
    server.exit_watch = exit_watch_choice::sampled;
    scenario what = load_until(stop_moment::awaiting_first_byte, "delayed");
    const cycle_record record = cycle_of(planned(server, what));
    EXPECT_EQ(record.at_exit.witness, exit_witness::sampled);
    EXPECT_EQ(record.at_exit.weaker_because, "not asked for");
    // Of the server itself, whose leak sanitizer may have run in a process of its own.
    ASSERT_THAT(record.at_exit.ends, Not(IsEmpty()));
    EXPECT_EQ(record.at_exit.ends.front().held.pid, record.server_pid);
    EXPECT_EQ(record.at_exit.ends.front().seen_by, exit_witness::sampled);
}

TEST_F(Aftermath, WatchesNothingWhereItIsSwitchedOff) {
    target server = reference_server();
    server.exit_watch = exit_watch_choice::off;
    const cycle_record record = cycle_of(planned(server, {}));
    EXPECT_EQ(record.at_exit.witness, exit_witness::none);
    EXPECT_THAT(record.at_exit.ends, IsEmpty());
}

TEST_F(Aftermath, WitnessesADeathBySignalThatTheContractAllows) {
    target server = shell_server("exec 9</etc/passwd; exec sleep 300");
    server.stop["graceful"].promises.exit_status = {{legal_exit::kind::signal, SIGTERM}};
    const cycle_record record = cycle_of(planned(server, {}));
    EXPECT_EQ(to_text(*record.exit), "killed by SIGTERM");
    if (record.at_exit.witness != exit_witness::ptrace) {
        GTEST_SKIP() << record.at_exit.weaker_because;
    }
    ASSERT_THAT(record.at_exit.ends, SizeIs(1));
    EXPECT_EQ(record.at_exit.ends.front().status, *record.exit);
}

TEST_F(Aftermath, ListsWhatIsLeftInTheFolder) {
    target server = script_server("echo $$ > server.pid; : > ordinary.txt;");
    const cycle_record record = cycle_of(planned(server, {}));
    const auto& items = record.residue.items;
    const auto left = std::ranges::find(items, "server.pid", &residue_item::name);
    ASSERT_NE(left, items.end());
    EXPECT_EQ(left->kind, residue_kind::pid_file);
}

TEST_F(Aftermath, StartsTheServerAgainWhereItWas) {
    scenario what = load_until(stop_moment::after_load);
    what.restart = true;
    const cycle_record record = cycle_of(planned(reference_server(), what));
    ASSERT_TRUE(record.restart);
    EXPECT_THAT(record.restart->start.failure, IsEmpty());
    EXPECT_TRUE(record.restart->start.served);
}

TEST_F(Aftermath, TellsThatAServerCannotStartAgain) {
    target server = reference_server();
    const std::string once =
        "test -e stale && { echo it is stale; exit 1; }; : > stale; exec \"$@\"";
    server.argv.insert(server.argv.begin(), {"/bin/sh", "-c", once, "sh"});
    scenario what;
    what.restart = true;
    const cycle_record record = cycle_of(planned(server, what));
    EXPECT_THAT(record.start.failure, IsEmpty());
    ASSERT_TRUE(record.restart && record.restart->exit);
    EXPECT_THAT(record.restart->start.failure, HasSubstr("it is stale"));
    EXPECT_EQ(to_text(*record.restart->exit), "exit 1");
}

TEST_F(Aftermath, StopsAServerInTheMiddleOfItsStart) {
    scenario what;
    what.stop.at = stop_moment::during_start;
    what.stop.between_max = 3ms;
    const cycle_record record = cycle_of(planned(reference_server(), what));
    EXPECT_THAT(record.start.failure, IsEmpty());
    EXPECT_FALSE(record.start.served);
    ASSERT_TRUE(record.stop.triggered && record.start.launched);
    EXPECT_LT(*record.stop.triggered - *record.start.launched, 1s);
    EXPECT_TRUE(record.exit);
    EXPECT_THAT(record.stop.escalations, IsEmpty());
}

}  // namespace
}  // namespace stormdrain
