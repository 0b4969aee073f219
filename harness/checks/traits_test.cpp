#include "harness/checks/traits.hpp"

#include "harness/checks/record_builder.hpp"

#include <gmock/gmock.h>

#include <utility>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using namespace testing_records;

thread_facts thread_in(pid_t number, std::string syscall) {
    thread_facts thread;
    thread.process = 10;
    thread.thread = number;
    thread.state = 'S';
    thread.syscall = std::move(syscall);
    return thread;
}

// As stormdrain saw the lost wakeup of servers/defects, once with these numbers and once with
// others.
hang_record lost_wakeup(pid_t first, const std::string& offset) {
    hang_record hang;
    hang.cause = hang_cause::lost_wakeup;
    hang.why = "lost wakeup: all 2 threads sleep, no CPU used in 150 ms";
    hang.threads = {thread_in(first, "epoll_pwait"), thread_in(first + 1, "futex")};
    hang.stacks = {
        {"server_lost_wak",
         {first + 1},
         {"__futex_abstimed_wait_common in libc.so.6", "pthread_cond_wait in libc.so.6",
          "std::condition_variable::wait in libstdc++.so.6.0.30",
          "reference::notified_latch::wait_for_notification at lost_wakeup.cpp:5" + offset,
          "reference::notified_latch::all_ended::{lambda#" + offset + "} at lost_wakeup.cpp:42",
          "start_thread in libc.so.6", "__clone3 in libc.so.6"}},
        {"server_lost_wak",
         {first},
         {"epoll_wait in libc.so.6", "boost::asio::detail::epoll_reactor::run",
          "reference::serve at service.cpp:7" + offset, "main at main.cpp:30",
          "?? in server_lost_wakeup+0x" + offset}}};
    return hang;
}

TEST(TraitsOfAHang, AreTheSameInAnotherProcessAndAnotherBuild) {
    const std::vector<std::string> traits = traits_of(lost_wakeup(4711, "1"));
    EXPECT_THAT(traits,
                UnorderedElementsAre("hangs: lost_wakeup", "epoll_wait below reference::serve",
                                     "futex below "
                                     "reference::notified_latch::wait_for_notification <- "
                                     "reference::notified_latch::all_ended::{lambda}"));
    EXPECT_EQ(traits_of(lost_wakeup(99, "7")), traits);
}

TEST(TraitsOfAHang, TellOnePlaceFromAnother) {
    hang_record other = lost_wakeup(4711, "1");
    other.stacks[0].frames[3] = "reference::counted_latch::wait_for_count at latch.cpp:9";
    EXPECT_NE(traits_of(other), traits_of(lost_wakeup(4711, "1")));
}

TEST(TraitsOfAHang, LeaveOutThreadsWithoutAFunctionOfTheProgramsOwn) {
    hang_record hang = lost_wakeup(4711, "1");
    const std::vector<std::string> traits = traits_of(hang);
    hang.threads.push_back(thread_in(4800, "nanosleep"));
    hang.stacks.push_back(
        {"server", {4800}, {"nanosleep in libc.so.6", "runtime.usleep", "runtime.sysmon"}});
    EXPECT_EQ(traits_of(hang), traits) << "its run-time system's, now here and now there";
    hang.stacks.clear();
    EXPECT_THAT(traits_of(hang), ElementsAre("hangs: lost_wakeup"));
}

TEST(TraitsOfAHang, NameTheLoopWhereverItIsSeen) {
    hang_record hang;
    hang.cause = hang_cause::spinning;
    hang.threads = {thread_in(1, "accept4"), thread_in(2, "futex")};
    hang.threads[0].cpu_used = 140ms;
    hang.stacks = {{"server", {1}, {"accept4 in libc.so.6", "try_accept", "accept_loop", "main"}},
                   {"server", {2}, {"futex in libc.so.6", "pool_thread"}}};
    const std::vector<std::string> traits = traits_of(hang);
    EXPECT_THAT(traits, ElementsAre("hangs: spinning", "spins below accept_loop"));
    hang.threads[0].syscall = "";
    hang.stacks[0].frames = {"log_failure", "accept_loop at server.cpp:7", "main"};
    EXPECT_EQ(traits_of(hang), traits);
}

TEST(TraitsOfAHang, AreTheSameWhereTheMachineGaveALoopLessThanACore) {
    hang_record hang;
    hang.cause = hang_cause::spinning;
    hang.threads = {thread_in(1, "")};
    hang.threads[0].state = 'R';
    hang.threads[0].cpu_used = 140ms;
    hang.stacks = {{"server", {1}, {"wait_for_flag", "stop::{lambda#1}::operator()", "main"}}};
    const std::vector<std::string> traits = traits_of(hang);
    EXPECT_THAT(traits, ElementsAre("hangs: spinning", "spins below wait_for_flag"));
    hang.cause = hang_cause::unknown;
    hang.threads[0].cpu_used = 40ms;
    EXPECT_EQ(traits_of(hang), traits);
}

// Goal: what every idle server looks like is no name for a hang.
TEST(TraitsOfAHangingStop, HoldWhatWasDoneWhereOnlyEventLoopsAreSeen) {
    cycle_record record = clean_record();
    hang(record);
    record.stop.hang = lost_wakeup(4711, "1");
    EXPECT_EQ(traits_of_hanging_stop(record), traits_of(*record.stop.hang));
    record.stop.hang->threads.pop_back();  // the one that waits in a function of its own
    EXPECT_THAT(traits_of_hanging_stop(record),
                ElementsAre("hangs: lost_wakeup", "epoll_wait below reference::serve",
                            "stop graceful at at_rest"));
    record.stop.hang.reset();
    EXPECT_THAT(traits_of_hanging_stop(record), ElementsAre("stop graceful at at_rest"));
}

held_connection held_by(std::uint16_t client_port, std::string purpose, tcp_state state) {
    held_connection held;
    held.what = server_socket(20, client_port, state);
    held.client.emplace();
    held.client->purpose = std::move(purpose);
    held.client->local.port = client_port;
    return held;
}

TEST(TraitsOfAHang, NameTheStateOfMostOfItsConnections) {
    hang_record hang;
    hang.cause = hang_cause::stuck_connection;
    hang.connections = {held_by(40001, "load", tcp_state::established),
                        held_by(40002, "fault half_close", tcp_state::close_wait),
                        held_by(40003, "fault half_close", tcp_state::close_wait)};
    EXPECT_THAT(traits_of(hang),
                ElementsAre("hangs: stuck_connection",
                            "fault half_close: CLOSE_WAIT, left open by the client"));
    hang.connections[1].client->half_closed = 1s;
    hang.connections[2].client->half_closed = 1s;
    EXPECT_THAT(traits_of(hang),
                ElementsAre("hangs: stuck_connection",
                            "fault half_close: CLOSE_WAIT, half-closed by the client"));
}

TEST(TraitsOfSockets, HoldRoleAndStateAndNoNumber) {
    cycle_record record = clean_record();
    hold_at_rest(record, server_socket(17, 40112, tcp_state::close_wait),
                 closed_connection(40112, "fault half_close"));
    hold_at_rest(record, server_socket(18, 40113, tcp_state::close_wait),
                 closed_connection(40113, "fault half_close"));
    EXPECT_THAT(traits_of(sockets_of_finished_connections(record.rest)),
                ElementsAre("fault half_close: CLOSE_WAIT, closed by the client"));
    EXPECT_THAT(traits_of(std::vector<held_socket>()), IsEmpty());
}

TEST(TraitsOfSockets, NameAnOriginAndAConnectionThatWasReset) {
    cycle_record upstream = clean_record();
    hold_upstream_at_rest(upstream, 21, 50001, tcp_state::established);
    const auto to_origin = sockets_of_finished_connections(upstream.rest);
    ASSERT_EQ(to_origin.size(), 1U);
    EXPECT_EQ(trait_of(to_origin.front()), "origin: ESTABLISHED, closed_by_origin");
    const descriptor gone = file_descriptor(17, descriptor_kind::tcp_socket, 900);
    held_socket reset;
    reset.what = &gone;
    EXPECT_EQ(trait_of(reset), "reset: no connection");
}

TEST(TraitsOfACycle, AreItsFaultsAndTheMomentOfItsStop) {
    cycle_record record = clean_record();
    fault_record& fault = record.faults.emplace_back();
    fault.kind = "connection_reset";
    fault.point = "handler";
    EXPECT_THAT(traits_of(record),
                ElementsAre("stop graceful at at_rest", "fault connection_reset at handler"));
}

TEST(WithoutNumbers, LeavesTheWordsOfAnAlarm) {
    EXPECT_EQ(without_numbers("==4711==ERROR: AddressSanitizer: heap-use-after-free on address "
                              "0x602000000010 at pc 0x55f"),
              "==#==ERROR: AddressSanitizer: heap-use-after-free on address # at pc #");
    EXPECT_EQ(without_numbers(""), "");
    EXPECT_EQ(without_numbers(std::string(1'000, 'a')).size(), trait_bytes_max);
}

TEST(IdentifiedBy, NamesFailuresAndNoWarnings) {
    judgement both = broken("held", {});
    both.findings.push_back(warned("more", {}).findings.front());
    const judgement named = identified_by(both, {"load: CLOSE_WAIT"});
    EXPECT_THAT(named.findings[0].traits, ElementsAre("load: CLOSE_WAIT"));
    EXPECT_THAT(named.findings[1].traits, IsEmpty());
}

}  // namespace
}  // namespace stormdrain
