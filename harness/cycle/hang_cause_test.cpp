#include "harness/cycle/hang_cause.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <utility>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr pid_t server_pid = 4711;
constexpr pid_t child_pid = 4720;

// A server with one thread that sleeps in epoll_wait, watched for 150 ms. Tests change it.
class HangCause : public testing::Test {
protected:
    HangCause() {
        hang_.watched = 150ms;
        add_process(server_pid, "server");
        add_thread(server_pid, "epoll_wait");
    }

    process_facts& add_process(pid_t pid, std::string command) {
        process_facts process;
        process.pid = pid;
        process.parent = pid == server_pid ? 1 : server_pid;
        process.command = std::move(command);
        process.state = 'S';
        process.threads_count = 1;
        seen_.processes.push_back(std::move(process));
        return seen_.processes.back();
    }

    thread_facts& add_thread(pid_t number, std::string syscall, pid_t process = 0) {
        thread_facts thread;
        thread.process = process == 0 ? number : process;
        thread.thread = number;
        thread.name = "worker";
        thread.state = 'S';
        thread.syscall = std::move(syscall);
        hang_.threads.push_back(std::move(thread));
        return hang_.threads.back();
    }
    thread_facts& thread() { return hang_.threads.front(); }

    void add_stack(pid_t of, std::vector<std::string> frames) {
        hang_.stacks.push_back({"server", {of}, std::move(frames)});
    }

    descriptor& add_descriptor(int number, descriptor_kind kind, std::uint64_t inode) {
        descriptor held;
        held.number = number;
        held.kind = kind;
        held.inode = inode;
        seen_.processes.front().descriptors.push_back(held);
        return seen_.processes.front().descriptors.back();
    }

    held_connection& add_connection(int number, tcp_state state, pid_t of = server_pid) {
        held_connection held;
        held.process = of;
        held.what.number = number;
        held.what.kind = descriptor_kind::tcp_socket;
        held.what.inode = 1'000U + static_cast<unsigned>(number);
        tcp_socket_facts tcp;
        tcp.local = {"127.0.0.1", 8080};
        tcp.remote = {"127.0.0.1", static_cast<std::uint16_t>(40'000 + number)};
        tcp.state = state;
        held.what.tcp = tcp;
        connection_row client;
        client.purpose = "load";
        client.opened = 700ms;
        held.client = client;
        hang_.connections.push_back(held);
        return hang_.connections.back();
    }

    void uses(thread_facts& who, duration cpu) {
        who.cpu_used = cpu;
        hang_.cpu_used += cpu;
    }

    hang_judgement judged() const { return judge_hang(seen_, hang_, around_); }
    hang_cause cause() const { return judged().cause; }

    census seen_;
    hang_record hang_;
    hang_surroundings around_;
};

TEST_F(HangCause, IsALostWakeupWhenAllSleepAndNobodyIsConnected) {
    add_thread(4712, "epoll_wait", server_pid);
    add_thread(4713, "futex", server_pid);
    add_stack(4713, {"futex_wait in libc.so.6", "std::condition_variable::wait in libstdc++.so.6",
                     "drain_latch::all_ended at latch.cpp:52", "main at main.cpp:3"});
    EXPECT_EQ(cause(), hang_cause::lost_wakeup);
    EXPECT_EQ(judged().why,
              "lost wakeup: all 3 threads sleep (2 in epoll_wait, 1 in futex below "
              "drain_latch::all_ended), no client is connected, no CPU used in 150 ms");
}

TEST_F(HangCause, SaysThatAServerWithALostWakeupStillListens) {
    descriptor& listener = add_descriptor(3, descriptor_kind::tcp_listener, 99);
    listener.tcp = tcp_socket_facts();
    listener.tcp->local = {"127.0.0.1", 8080};
    EXPECT_THAT(judged().why, HasSubstr("still listens on 127.0.0.1:8080"));
}

TEST_F(HangCause, TakesTheTicksOfARuntimeForSleep) {
    uses(thread(), 5ms);
    EXPECT_EQ(cause(), hang_cause::lost_wakeup);
    EXPECT_THAT(judged().why, HasSubstr("5 ms of CPU used in 150 ms"));
}

TEST_F(HangCause, DoesNotCallABusyServerAsleep) {
    uses(thread(), 30ms);
    EXPECT_EQ(cause(), hang_cause::unknown);
    EXPECT_EQ(judged().why, "unknown: 1 thread: 1 in epoll_wait; 30 ms of CPU used in 150 ms");
}

TEST_F(HangCause, DoesNotKnowWhoIsConnectedWhereDescriptorsAreHidden) {
    seen_.processes.front().descriptors_readable = false;
    EXPECT_EQ(cause(), hang_cause::unknown);
    EXPECT_THAT(judged().why, HasSubstr("the kernel hides the descriptors of server (pid 4711)"));
}

TEST_F(HangCause, DoesNotMindAFirstThreadThatLeft) {
    thread().state = 'Z';
    add_thread(4712, "futex", server_pid);
    EXPECT_EQ(cause(), hang_cause::lost_wakeup);
    EXPECT_THAT(judged().why, HasSubstr("the only thread sleeps"));
}

TEST_F(HangCause, UsesTheKernelsFunctionWhereTheCallIsNotPermittedToBeRead) {
    thread().syscall.clear();
    thread().wait_in = "ep_poll";
    EXPECT_THAT(judged().why, HasSubstr("(1 in ep_poll)"));
}

TEST_F(HangCause, IsUnknownWhenNothingCouldBeSeen) {
    hang_.threads.clear();
    EXPECT_EQ(cause(), hang_cause::unknown);
    EXPECT_EQ(judged().why, "unknown: no thread of it could be seen");
}

TEST_F(HangCause, NamesTheStuckConnectionAndTheFaultBehindIt) {
    held_connection& held = add_connection(17, tcp_state::close_wait);
    held.client->purpose = "fault half_close";
    held.client->half_closed = 812ms;
    EXPECT_EQ(cause(), hang_cause::stuck_connection);
    EXPECT_EQ(judged().why,
              "stuck connection: fd 17 TCP CLOSE_WAIT 127.0.0.1:8080 <- 127.0.0.1:40017, client of "
              "fault half_close, half-closed at 812 ms, never closed by the server");
}

TEST_F(HangCause, NamesTheClearestOfSeveralConnections) {
    add_connection(5, tcp_state::established);
    add_connection(6, tcp_state::close_wait).client->closed = 900ms;
    add_connection(7, tcp_state::established);
    EXPECT_THAT(judged().why, AllOf(StartsWith("stuck connection: fd 6 TCP CLOSE_WAIT"),
                                    HasSubstr("closed at 900 ms"), HasSubstr("(and 2 more)")));
}

TEST_F(HangCause, NamesAConnectionThatAClientKeepsOpen) {
    add_connection(5, tcp_state::established);
    EXPECT_THAT(judged().why, HasSubstr("client of load, opened at 700 ms and still open"));
}

TEST_F(HangCause, NamesWhatAStalledReaderDoesNotTake) {
    held_connection& held = add_connection(5, tcp_state::established);
    held.what.tcp->send_queue_bytes = 65'536;
    held.what.tcp->timer = tcp_timer::zero_window_probe;
    held.what.tcp->retransmits_count = 3;
    EXPECT_THAT(judged().why,
                AllOf(HasSubstr("65536 bytes not taken by the client"),
                      HasSubstr("timer: zero window probe"), HasSubstr("sent again 3 times")));
}

TEST_F(HangCause, DoesNotCountTheClientsFinAsAByte) {
    held_connection& held = add_connection(5, tcp_state::close_wait);
    held.what.tcp->receive_queue_bytes = 1;
    EXPECT_THAT(judged().why, Not(HasSubstr("not read")));
    held.what.tcp->receive_queue_bytes = 2;
    EXPECT_THAT(judged().why, HasSubstr("1 byte not read by the server"));
}

TEST_F(HangCause, NamesASocketWhoseClientReset) {
    held_connection& held = add_connection(5, tcp_state::established);
    held.what.tcp.reset();
    held.client->closed = 800ms;
    held.client->end = connection_end::reset_by_client;
    EXPECT_EQ(cause(), hang_cause::stuck_connection);
    EXPECT_THAT(judged().why, HasSubstr("fd 5 TCP without a connection, client of load, reset at "
                                        "800 ms, never closed by the server"));
}

TEST_F(HangCause, NamesTheThreadThatWaitsInTheConnection) {
    add_connection(17, tcp_state::established);
    add_descriptor(17, descriptor_kind::tcp_socket, 1'017);
    thread().syscall = "recvfrom";
    thread().descriptor = 17;
    EXPECT_THAT(judged().why, HasSubstr("; thread 4711 (worker) sleeps in recvfrom on it"));
}

TEST_F(HangCause, NamesAConnectionToSomebodyElseThatAThreadWaitsIn) {
    add_descriptor(9, descriptor_kind::tcp_socket, 77);
    thread().syscall = "recvfrom";
    thread().descriptor = 9;
    EXPECT_EQ(cause(), hang_cause::stuck_connection);
    EXPECT_THAT(judged().why, HasSubstr("no client of the harness"));
}

TEST_F(HangCause, IsSpinningWhenHalfACoreIsUsed) {
    thread().state = 'R';
    thread().syscall.clear();
    uses(thread(), 147ms);
    add_stack(server_pid, {"accept4 in libc.so.6", "accept_loop at server.cpp:7", "main"});
    EXPECT_EQ(cause(), hang_cause::spinning);
    EXPECT_EQ(judged().why,
              "spinning: thread 4711 (worker) used 98 % of a core in 150 ms (running in "
              "accept_loop)");
    hang_.cpu_used = thread().cpu_used = 75ms;
    EXPECT_EQ(cause(), hang_cause::spinning);
    hang_.cpu_used = thread().cpu_used = 74ms;
    EXPECT_NE(cause(), hang_cause::spinning);
}

TEST_F(HangCause, AddsUpTheThreadsThatSpinTogether) {
    uses(thread(), 50ms);
    uses(add_thread(4712, "", server_pid), 60ms);
    EXPECT_EQ(cause(), hang_cause::spinning);
    EXPECT_THAT(judged().why, AllOf(HasSubstr("thread 4712 (worker) used 40 %"),
                                    HasSubstr("2 threads together 73 %")));
}

TEST_F(HangCause, DoesNotBlameAConnectionForASpin) {
    add_connection(5, tcp_state::close_wait);
    uses(thread(), 150ms);
    EXPECT_EQ(cause(), hang_cause::spinning);
}

TEST_F(HangCause, IsStarvedWhenItWasReadyAndHadNoCpu) {
    thread().state = 'R';
    thread().ready_waited = 140ms;
    uses(thread(), 3ms);
    EXPECT_EQ(cause(), hang_cause::starved);
    EXPECT_EQ(judged().why,
              "starved: thread 4711 (worker) was ready to run for 140 ms of 150 ms and had a CPU "
              "for 3 ms");
    thread().ready_waited = 74ms;
    EXPECT_NE(cause(), hang_cause::starved);
}

TEST_F(HangCause, IsNotStarvedByItsOwnThreads) {
    for (pid_t number = 4712; number < 4716; ++number) {
        thread_facts& spinner = add_thread(number, "", server_pid);
        spinner.state = 'R';
        spinner.ready_waited = 90ms;
        uses(spinner, 60ms);
    }
    EXPECT_EQ(cause(), hang_cause::spinning);
}

TEST_F(HangCause, IsStarvedWhenTheHarnessItselfWas) {
    around_.timer_slip = 250ms;
    EXPECT_EQ(cause(), hang_cause::lost_wakeup);
    around_.timer_slip = 251ms;
    EXPECT_EQ(cause(), hang_cause::starved);
    EXPECT_EQ(judged().why, "starved: a timer of the harness fired 251 ms late");
}

TEST_F(HangCause, IsBlockedOnOutputWhenTheHarnessHoldsThePipe) {
    add_descriptor(2, descriptor_kind::pipe, 55);
    thread().syscall = "write";
    thread().descriptor = 2;
    around_.own_pipes = {55};
    EXPECT_EQ(cause(), hang_cause::blocked_on_output);
    EXPECT_THAT(judged().why, HasSubstr("thread 4711 (worker) sleeps in write on fd 2"));
}

TEST_F(HangCause, IsNotBlockedOnOutputByAPipeOfItsOwn) {
    add_descriptor(2, descriptor_kind::pipe, 55);
    thread().syscall = "write";
    thread().descriptor = 2;
    EXPECT_EQ(cause(), hang_cause::lost_wakeup);
    EXPECT_THAT(judged().why, HasSubstr("in write"));
}

TEST_F(HangCause, IsNotBlockedOnOutputWhileItWritesWithoutEnd) {
    add_descriptor(2, descriptor_kind::pipe, 55);
    thread().syscall = "write";
    thread().descriptor = 2;
    around_.own_pipes = {55};
    uses(thread(), 100ms);
    EXPECT_EQ(cause(), hang_cause::spinning);
}

TEST_F(HangCause, BlamesTheBlockedOutputForThreadsThatWaitForTheLogsLock) {
    add_descriptor(1, descriptor_kind::pipe, 55);
    add_thread(4712, "write", server_pid).descriptor = 1;
    around_.own_pipes = {55};
    add_connection(5, tcp_state::close_wait);
    EXPECT_EQ(cause(), hang_cause::blocked_on_output);
}

TEST_F(HangCause, IsUninterruptibleWhenAThreadNeverMovedInTheKernel) {
    thread().state = 'D';
    thread().syscall = "openat";
    thread().wait_in = "rpc_wait_bit_killable";
    EXPECT_EQ(cause(), hang_cause::uninterruptible);
    EXPECT_EQ(judged().why,
              "uninterruptible: thread 4711 (worker) sleeps in openat and cannot be interrupted "
              "(rpc_wait_bit_killable)");
    thread().turns_seen = 1;  // a page fault, say
    EXPECT_NE(cause(), hang_cause::uninterruptible);
}

TEST_F(HangCause, WaitsForAChildThatDoesNotEnd) {
    thread().syscall = "wait4";
    add_process(child_pid, "helper");
    add_thread(child_pid, "clock_nanosleep");
    EXPECT_EQ(cause(), hang_cause::waiting_for_child);
    EXPECT_EQ(judged().why,
              "waiting for child: server (pid 4711) sleeps in wait4 for helper (pid 4720), which "
              "sleeps in clock_nanosleep");
}

TEST_F(HangCause, DoesNotWaitForAChildThatIsNotThere) {
    thread().syscall = "wait4";
    EXPECT_EQ(cause(), hang_cause::lost_wakeup);
}

TEST_F(HangCause, DoesNotTakeAReaperThreadForTheOneThatHangs) {
    add_thread(4712, "waitid", server_pid);
    add_process(child_pid, "helper");
    add_thread(child_pid, "read");
    EXPECT_EQ(cause(), hang_cause::lost_wakeup);
}

TEST_F(HangCause, BlamesTheClientOfAWorkerThatTheMasterWaitsFor) {
    thread().syscall = "rt_sigsuspend";
    add_process(child_pid, "worker");
    add_thread(child_pid, "epoll_wait");
    EXPECT_EQ(cause(), hang_cause::waiting_for_child);
    add_connection(5, tcp_state::established, child_pid);
    EXPECT_EQ(cause(), hang_cause::stuck_connection);
}

TEST_F(HangCause, BlamesTheChildForClientsOfTheParentThatWaits) {
    thread().syscall = "wait4";
    add_process(child_pid, "helper");
    add_thread(child_pid, "read");
    add_connection(5, tcp_state::established, server_pid);
    EXPECT_EQ(cause(), hang_cause::waiting_for_child);
}

TEST_F(HangCause, IsStoppedWhenAllThreadsOfAProcessAre) {
    thread().state = 'T';
    EXPECT_EQ(cause(), hang_cause::stopped);
    EXPECT_EQ(judged().why, "stopped: server (pid 4711) got a SIGSTOP and no SIGCONT");
    add_thread(4712, "futex", server_pid);
    EXPECT_NE(cause(), hang_cause::stopped);
}

TEST_F(HangCause, NamesATracerThatHoldsTheServer) {
    thread().state = 't';
    EXPECT_THAT(judged().why, HasSubstr("is held by a debugger or a tracer"));
}

TEST_F(HangCause, BlamesTheStoppedChildAndNotTheParentThatWaits) {
    thread().syscall = "wait4";
    add_process(child_pid, "helper");
    add_thread(child_pid, "").state = 'T';
    EXPECT_EQ(cause(), hang_cause::stopped);
    EXPECT_THAT(judged().why, HasSubstr("helper (pid 4720)"));
}

TEST_F(HangCause, BeginsItsLineWithTheCause) {
    const hang_cause causes[] = {hang_cause::unknown, hang_cause::stuck_connection,
                                 hang_cause::stopped};
    for (const hang_cause one : causes) {
        EXPECT_FALSE(to_text(one).empty());
    }
    EXPECT_EQ(to_text(hang_cause::blocked_on_output), "blocked_on_output");
    EXPECT_THAT(judged().why, AllOf(StartsWith("lost wakeup: "), Not(HasSubstr("\n"))));
}

}  // namespace
}  // namespace stormdrain
