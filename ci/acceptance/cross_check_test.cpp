// What the harness says of a server, held against what ss(8) and strace(1) say of the same one at
// the same instant.

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

constexpr int promises_kept = 0;

class CrossCheck : public judged_fixture {
protected:
    // The stop's own command looks at the sockets and then sends the signal: between the harness's
    // look at T0 and that of ss, nobody was told to do anything.
    way looked_at_by_ss(const std::string& server) const {
        const std::string script = "'" SS_PROGRAM "' -H -tanp \"sport = :$2\" >'" + file("ss.txt") +
                                   "' && kill -TERM \"$1\"";
        way how{server, {}};
        how.trigger = {{"command", {"/bin/sh", "-c", script, "sh", "${pid}", "${port.http}"}}};
        return how;
    }

    // -D: strace is a grandchild, and the server itself the process that is started and told to
    // stop. -yy: descriptors with their addresses.
    way traced(const std::string& server, const std::vector<std::string>& options) const {
        way how{server, {STRACE_PROGRAM, "-D", "-f", "-yy", "-o", file("strace.log")}};
        how.wrapper.insert(how.wrapper.end(), options.begin(), options.end());
        return how;
    }

    std::string strace_log() const { return read_file(file("strace.log")); }
};

// "127.0.0.1:40112 CLOSE_WAIT", and whether the server has accepted it.
using held_connections = std::map<std::string, bool>;

held_connections held_by_harness(const judged& all) {
    const json& held = all.record.at("stop").at("held_at_trigger");
    held_connections connections;
    for (const json& row : held.at("rows")) {
        const std::string client = row.at("client").at("local");
        connections[client + " " + row.at("server_state").get<std::string>()] = row.at("accepted");
    }
    EXPECT_EQ(held.at("count"), connections.size());
    return connections;
}

// Without those that the server has closed and that only the kernel still minds.
held_connections held_by_ss(const std::vector<ss_socket>& sockets) {
    held_connections connections;
    for (const ss_socket& socket : sockets) {
        const bool may_wait = socket.state == "ESTABLISHED" || socket.state == "CLOSE_WAIT";
        if (socket.state != "LISTEN" && (socket.has_owner || may_wait)) {
            connections[socket.peer + " " + socket.state] = socket.has_owner;
        }
    }
    return connections;
}

// The stop comes when the faults have long been at work, and amid requests that take 200 ms: no
// connection is just being opened or closed, which one look would see and the other not.
json amid_load(const json& faults) {
    return {{"load", "delayed"},
            {"faults", faults},
            {"stop", {{"at", "during_load"}, {"between", {"500ms", "500ms"}}}}};
}

TEST_F(CrossCheck, HeldConnectionsAreThoseOfSs) {
    if (const std::string why = ss_missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const std::string suite = written_scenario(
        "held", amid_load({{{"kind", "idle_keep_alive"}, {"connections", 5}},
                           {{"kind", "slow_sender"}, {"at", "request_headers"}, {"connections", 3}},
                           {{"kind", "stalled_reader"}, {"connections", 2}},
                           {{"kind", "silent_connection"}, {"connections", 4}},
                           {{"kind", "ignores_fin"}, {"connections", 2}}}));
    const judged all = judge(suite, written_way("idle", looked_at_by_ss("server_reference")));
    EXPECT_EQ(all.run.how.exit_code, promises_kept) << all.run.output;
    const held_connections by_ss = held_by_ss(read_ss(read_file(file("ss.txt"))));
    EXPECT_EQ(by_ss.size(), 5U + 3U + 2U + 4U + 2U + 2U);
    EXPECT_EQ(held_by_harness(all), by_ss);
}

TEST_F(CrossCheck, ConnectionsInCloseWaitAreThoseOfSs) {
    if (const std::string why = ss_missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const std::string suite = written_scenario(
        "held", amid_load({{{"kind", "idle_keep_alive"}, {"connections", 5}},
                           {{"kind", "half_close"}, {"at", "handler"}, {"connections", 3}}}));
    const judged all =
        judge(suite, written_way("half", looked_at_by_ss("server_keeps_close_wait")));
    const held_connections by_ss = held_by_ss(read_ss(read_file(file("ss.txt"))));
    const auto half_closed = std::ranges::count_if(
        by_ss, [](const auto& one) { return one.first.ends_with("CLOSE_WAIT"); });
    EXPECT_EQ(half_closed, 3);
    EXPECT_EQ(by_ss.size(), 5U + 3U + 2U);
    EXPECT_EQ(held_by_harness(all), by_ss) << all.run.output;
}

// A server that is deaf from its second call of accept(2) on, behind the request that shows it
// ready. What comes later waits in the listener's queue, of which ss tells the length.
TEST_F(CrossCheck, ConnectionsThatWaitForAcceptAreThoseOfSs) {
    if (const std::string why = ss_missing() + strace_missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const std::string suite = written_scenario(
        "queued", {{"faults", {{{"kind", "silent_connection"}, {"connections", 4}}}},
                   {"stop", {{"at", "after_load"}}}});
    way how = traced("server_deaf_after_emfile", {"-e", "trace=accept4,exit_group", "-e",
                                                  "inject=accept4:error=EMFILE:when=2"});
    how.trigger = looked_at_by_ss(how.server).trigger;
    const judged all = judge(suite, written_way("deaf", how));
    const std::vector<ss_socket> sockets = read_ss(read_file(file("ss.txt")));
    const held_connections held = held_by_harness(all);
    EXPECT_EQ(held, held_by_ss(sockets)) << all.run.output;
    const auto listener = std::ranges::find(sockets, "LISTEN", &ss_socket::state);
    ASSERT_NE(listener, sockets.end());
    const auto waiting = std::ranges::count_if(held, [](const auto& one) { return !one.second; });
    EXPECT_EQ(waiting, 4);
    EXPECT_EQ(listener->receive_queue, 4U);
}

// What the server's own process held at its exit, by number.
json end_of_server(const judged& all) {
    for (const json& end : all.record.at("at_exit").at("ends")) {
        if (end.at("held").at("pid") == all.record.at("server_pid")) {
            return end;
        }
    }
    ADD_FAILURE() << "the exit was not seen\n" << all.run.output;
    return json();
}

// Every descriptor, and of connections both addresses.
void expect_same_at_exit(const json& end, const strace_account& by_strace) {
    EXPECT_EQ(end.at("seen_by"), "seccomp");
    EXPECT_TRUE(by_strace.asked_to_exit);
    EXPECT_EQ(end.at("native_status"), by_strace.exit_code << 8);
    std::set<int> by_harness;
    for (const json& held : end.at("held").at("descriptors")) {
        const int number = held.at("number");
        by_harness.insert(number);
        const auto same = by_strace.open_at_exit.find(number);
        if (same != by_strace.open_at_exit.end() && held.contains("tcp")) {
            const json& tcp = held.at("tcp");
            EXPECT_EQ(same->second, "TCP:[" + tcp.at("local").get<std::string>() + "->" +
                                        tcp.at("remote").get<std::string>() + "]");
        }
    }
    std::set<int> numbers;
    for (const auto& [number, what] : by_strace.open_at_exit) {
        numbers.insert(number);
    }
    EXPECT_EQ(by_harness, numbers);
}

const json idle_clients = {{"faults", {{{"kind", "idle_keep_alive"}, {"connections", 5}}}},
                           {"stop", {{"at", "after_load"}}}};

const std::vector<std::string> every_descriptor = {"-e", "trace=%desc,%network,exit_group"};

TEST_F(CrossCheck, DescriptorsAtExitAreThoseOfStrace) {
    if (const std::string why = strace_missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const judged all =
        judge(written_scenario("idle", idle_clients),
              written_way("leaks", traced("server_leaks_at_exit", every_descriptor)));
    EXPECT_THAT(all.seen.failed, ElementsAre("descriptors_at_exit")) << all.run.output;
    const strace_account by_strace = read_strace(strace_log(), all.record.at("server_pid"));
    EXPECT_EQ(by_strace.open_at_exit.size(), 3U + 5U);
    expect_same_at_exit(end_of_server(all), by_strace);
}

TEST_F(CrossCheck, NeitherStraceNorTheHarnessFindsADescriptorOfTheReferenceServer) {
    if (const std::string why = strace_missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const judged all = judge(written_scenario("idle", idle_clients),
                             written_way("clean", traced("server_reference", every_descriptor)));
    EXPECT_EQ(all.run.how.exit_code, promises_kept) << all.run.output;
    const strace_account by_strace = read_strace(strace_log(), all.record.at("server_pid"));
    EXPECT_EQ(by_strace.open_at_exit.size(), 3U);
    expect_same_at_exit(end_of_server(all), by_strace);
}

const std::vector<std::string> accepts = {"-e", "trace=accept,accept4,exit_group"};

TEST_F(CrossCheck, AcceptFailedAsOftenByStraceAsTheFaultSays) {
    if (const std::string why = strace_missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const std::string suite = written_scenario(
        "own", {{"faults", {{{"kind", "syscall_error"}, {"error", "ENOMEM"}, {"calls", 3}}}}});
    const judged all = judge(suite, written_way("own", traced("server_reference", accepts)));
    EXPECT_EQ(all.run.how.exit_code, promises_kept) << all.run.output;
    const json& injected = all.record.at("faults").at(0).at("injections").at(0);
    EXPECT_THAT(injected.at("proof").get<std::string>(), testing::HasSubstr("3 of 3 calls"));
    EXPECT_EQ(count_errors(strace_log(), "ENOMEM").returned_count, 3U);
}

// A server that spins calls accept(2) by the thousand; with strace, some CPU is left to each call.
constexpr std::size_t calls_of_a_spinning_server = 1000;
constexpr std::size_t calls_of_a_patient_server = 100;

TEST_F(CrossCheck, StraceCountsTheCallsOfAServerThatSpins) {
    if (const std::string why = strace_missing(); !why.empty()) {
        GTEST_SKIP() << why;
    }
    const std::string suite = written_scenario(
        "shortage", {{"faults", {{{"kind", "descriptor_limit"}, {"for", "1s"}, {"clients", 20}}}}});
    const judged spins =
        judge(suite, written_way("spins", traced("server_spins_on_emfile", accepts)));
    EXPECT_THAT(spins.seen.failed, ElementsAre("idle_cpu")) << spins.run.output;
    EXPECT_GT(count_errors(strace_log(), "EMFILE").returned_count, calls_of_a_spinning_server);

    const judged waits = judge(suite, written_way("waits", traced("server_reference", accepts)));
    EXPECT_EQ(waits.run.how.exit_code, promises_kept) << waits.run.output;
    EXPECT_LT(count_errors(strace_log(), "EMFILE").returned_count, calls_of_a_patient_server);
}

}  // namespace
}  // namespace stormdrain::acceptance
