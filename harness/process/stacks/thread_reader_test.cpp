#include "harness/process/stacks/thread_reader.hpp"

#include "harness/process/forked_child.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <thread>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<thread_facts> threads_of(const forked_child& child) {
    const std::array pids{child.pid()};
    return read_threads(pids);
}

// The threads once they are as wanted, or as they are at the test's deadline: nothing tells when a
// process has come to the place where it stays.
std::vector<thread_facts> threads_when(
    const forked_child& child, const std::function<bool(const std::vector<thread_facts>&)>& ready) {
    const time_point deadline = clock::now() + 10s;
    std::vector<thread_facts> threads = threads_of(child);
    while (!ready(threads) && clock::now() < deadline) {
        threads = threads_of(child);
    }
    return threads;
}

bool sleeps(const thread_facts& thread) {
    return thread.state == 'S';
}

std::function<bool(const std::vector<thread_facts>&)> all_sleep(std::size_t count) {
    return [count](const std::vector<thread_facts>& threads) {
        return threads.size() == count && std::ranges::all_of(threads, sleeps);
    };
}

[[noreturn]] void pause_for_ever() {
    for (;;) {
        ::pause();
    }
}

// /proc/PID/task/TID/syscall needs the right to trace the thread (proc_pid_syscall(5)).
bool may_read_syscalls(const thread_facts& sleeping) {
    return !sleeping.syscall.empty();
}

TEST(ThreadReader, TellsWhereAThreadSleeps) {
    const forked_child child(pause_for_ever);
    const auto threads = threads_when(child, all_sleep(1));
    ASSERT_THAT(threads, SizeIs(1));
    EXPECT_EQ(threads[0].process, child.pid());
    EXPECT_EQ(threads[0].thread, child.pid());
    EXPECT_FALSE(threads[0].name.empty());
    EXPECT_EQ(threads[0].state, 'S');
    EXPECT_GT(threads[0].turns_count, 0U);
    if (!may_read_syscalls(threads[0])) {
        GTEST_SKIP() << "the kernel does not let this user read /proc/PID/syscall";
    }
    EXPECT_TRUE(threads[0].syscall == "pause" || threads[0].syscall == "ppoll")
        << threads[0].syscall;
    EXPECT_FALSE(threads[0].descriptor.has_value());
}

TEST(ThreadReader, ListsEveryThreadByItsName) {
    const forked_child child([] {
        std::promise<void> never;
        std::shared_future<void> waited = never.get_future();
        const auto wait = [waited] {
            ::pthread_setname_np(::pthread_self(), "waits");
            waited.wait();
        };
        std::thread one(wait);
        std::thread two(wait);
        pause_for_ever();
    });
    const auto threads = threads_when(child, [](const std::vector<thread_facts>& seen) {
        return std::ranges::count(seen, "waits", &thread_facts::name) == 2 && all_sleep(3)(seen);
    });
    ASSERT_THAT(threads, SizeIs(3));
    EXPECT_EQ(threads[0].thread, child.pid());
    if (may_read_syscalls(threads[0])) {
        EXPECT_EQ(std::ranges::count(threads, "futex", &thread_facts::syscall), 2);
    }
}

TEST(ThreadReader, NamesTheDescriptorThatAThreadIsBlockedOn) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const owned_descriptor reader(ends[0]);
    const owned_descriptor writer(ends[1]);
    const forked_child child([&writer] {
        const std::string much(1024 * 1024, 'x');  // more than any pipe holds by default
        [[maybe_unused]] const ssize_t written = ::write(writer.get(), much.data(), much.size());
    });
    const auto threads = threads_when(child, all_sleep(1));
    ASSERT_THAT(threads, SizeIs(1));
    if (!may_read_syscalls(threads[0])) {
        GTEST_SKIP() << "the kernel does not let this user read /proc/PID/syscall";
    }
    EXPECT_EQ(threads[0].syscall, "write");
    EXPECT_EQ(threads[0].descriptor, writer.get());
    EXPECT_THAT(threads[0].wait_in, testing::AnyOf(IsEmpty(), testing::HasSubstr("pipe")));
}

TEST(ThreadReader, MeasuresWhatASpinningThreadUses) {
    const forked_child child([] {
        volatile bool always = true;
        while (always) {
        }
    });
    const auto before = threads_of(child);
    const auto after = threads_when(child, [&before](const std::vector<thread_facts>& seen) {
        const auto spent = watched(before, seen);
        return !spent.empty() && spent[0].cpu_used >= 20ms;
    });
    const auto spent = watched(before, after);
    ASSERT_THAT(spent, SizeIs(1));
    EXPECT_GE(spent[0].cpu_used, 20ms);
    EXPECT_EQ(spent[0].state, 'R');
    EXPECT_THAT(spent[0].syscall, IsEmpty());
}

TEST(ThreadReader, SeesThatASleepingThreadUsesNothing) {
    const forked_child child(pause_for_ever);
    const auto before = threads_when(child, all_sleep(1));
    const auto spent = watched(before, threads_of(child));
    ASSERT_THAT(spent, SizeIs(1));
    EXPECT_EQ(spent[0].cpu_used, 0ns);
    EXPECT_EQ(spent[0].turns_seen, 0U);
}

TEST(ThreadReader, SeesAStoppedProcess) {
    const forked_child child([] { ::raise(SIGSTOP); });
    const auto threads = threads_when(child, [](const std::vector<thread_facts>& seen) {
        return !seen.empty() && seen[0].state == 'T';
    });
    ASSERT_THAT(threads, SizeIs(1));
    EXPECT_EQ(threads[0].state, 'T');
}

TEST(ThreadReader, LeavesOutProcessesThatAreGone) {
    pid_t gone = 0;
    {
        const forked_child child(pause_for_ever);
        gone = child.pid();
    }
    const std::array pids{gone};
    EXPECT_THAT(read_threads(pids), IsEmpty());
}

TEST(ThreadReader, CountsAllThatAThreadUsedWhichBeganMeanwhile) {
    thread_facts old;
    old.thread = 1;
    old.cpu_time = 5s;
    old.ready_time = 1s;
    old.turns_count = 10;
    thread_facts later = old;
    later.cpu_time = 5s + 40ms;
    later.ready_time = 1s + 3ms;
    later.turns_count = 12;
    thread_facts fresh;
    fresh.thread = 2;
    fresh.cpu_time = 7ms;
    fresh.turns_count = 1;
    const auto spent = watched({old}, {later, fresh});
    ASSERT_THAT(spent, SizeIs(2));
    EXPECT_EQ(spent[0].cpu_used, 40ms);
    EXPECT_EQ(spent[0].ready_waited, 3ms);
    EXPECT_EQ(spent[0].turns_seen, 2U);
    EXPECT_EQ(spent[1].cpu_used, 7ms);
    EXPECT_EQ(spent[1].turns_seen, 1U);
}

TEST(ThreadReader, ReadsTheTimesOfATreeAlone) {
    const pid_t self = ::getpid();
    const std::array pids{self};
    const tree_times before = read_tree_times(pids);
    if (before.empty()) {
        GTEST_SKIP() << "no /proc/PID/task/TID/schedstat: a kernel without CONFIG_SCHED_INFO";
    }
    ASSERT_TRUE(before.contains(self));
    const time_point until = clock::now() + 20ms;
    while (clock::now() < until) {  // what is to be seen
    }
    const thread_times now = read_tree_times(pids).at(self);
    EXPECT_GT(now.ran, before.at(self).ran);
    EXPECT_GE(now.ready, before.at(self).ready);
    EXPECT_GE(now.turns_count, before.at(self).turns_count);
}

TEST(ThreadReader, ReadsTheKernelsWordsForAPlace) {
    const auto line = [](long number, const std::string& argument) {
        return std::to_string(number) + " " + argument + " 0x7ffd 0x80 0x0 0x0 0x0 0x7ffe 0x7f00";
    };
    EXPECT_EQ(parse_syscall(line(SYS_epoll_pwait, "0x4")), (syscall_place{"epoll_pwait", 4}));
    EXPECT_EQ(parse_syscall(line(SYS_accept4, "0x11")), (syscall_place{"accept4", 17}));
    // Only 32 bits of it are the program's.
    EXPECT_EQ(parse_syscall(line(SYS_read, "0xdeadbeef00000003")), (syscall_place{"read", 3}));
    EXPECT_EQ(parse_syscall(line(SYS_futex, "0x55")), (syscall_place{"futex", std::nullopt}));
    EXPECT_EQ(parse_syscall(line(9'999, "0x4")), (syscall_place{"syscall 9999", std::nullopt}));
}

TEST(ThreadReader, KnowsNoPlaceOfARunningThread) {
    EXPECT_EQ(parse_syscall("running"), syscall_place());
    EXPECT_EQ(parse_syscall("-1 0x7ffd 0x7f00"), syscall_place());
    EXPECT_EQ(parse_syscall(""), syscall_place());  // not permitted
}

}  // namespace
}  // namespace stormdrain
