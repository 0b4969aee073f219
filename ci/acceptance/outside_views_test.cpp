// Output of other tools, as they print it.

#include "ci/acceptance/outside_views.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stormdrain::acceptance {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;
using testing::SizeIs;

constexpr const char* ss_lines =
    R"(LISTEN     5 4096 127.0.0.1:24508 0.0.0.0:*       users:(("server",pid=9745,fd=8))
ESTAB      0 0    127.0.0.1:24508 127.0.0.1:56890 users:(("server",pid=9745,fd=10))
CLOSE-WAIT 2 0    127.0.0.1:24508 127.0.0.1:56928
TIME-WAIT  0 0    127.0.0.1:24508 127.0.0.1:56914
)";

TEST(SsOutput, NamesStatesAsTheKernelDoesAndTellsWhoWaitsForAccept) {
    const std::vector<ss_socket> sockets = read_ss(ss_lines);
    ASSERT_THAT(sockets, SizeIs(4));
    EXPECT_EQ(sockets[0].state, "LISTEN");
    EXPECT_EQ(sockets[0].receive_queue, 5U);
    EXPECT_EQ(sockets[1].state, "ESTABLISHED");
    EXPECT_EQ(sockets[1].peer, "127.0.0.1:56890");
    EXPECT_TRUE(sockets[1].has_owner);
    EXPECT_EQ(sockets[2].state, "CLOSE_WAIT");
    EXPECT_FALSE(sockets[2].has_owner);
}

TEST(SsOutput, IsEmptyWithoutSockets) {
    EXPECT_THAT(read_ss(""), IsEmpty());
}

constexpr const char* strace_lines =
    R"(7 openat(AT_FDCWD</tmp>, "/etc/localtime", O_RDONLY|O_CLOEXEC) = 3</etc/localtime>
7 close(3</etc/localtime>)        = 0
7 pipe2([3<pipe:[11]>, 4<pipe:[11]>], O_CLOEXEC) = 0
7 openat(AT_FDCWD</tmp>, "/none", O_RDONLY) = -1 ENOENT (No such file or directory)
7 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 5<TCP:[8352808]>
7 accept4(5<TCP:[127.0.0.1:80]>, NULL, NULL, 0) = 6<TCP:[127.0.0.1:80->127.0.0.1:40112]>
7 accept4(5<TCP:[127.0.0.1:80]>, NULL, NULL, 0) = 9<TCP:[127.0.0.1:80->127.0.0.1:40114]>
8 close(6<pipe:[7]>) = 0
7 close(9<TCP:[127.0.0.1:80->127.0.0.1:40114]>) = 0
7 --- SIGTERM {si_signo=SIGTERM, si_code=SI_USER, si_pid=6, si_uid=0} ---
7 fcntl(6<TCP:[127.0.0.1:80->127.0.0.1:40112]>, F_GETFL) = 0x2 (flags O_RDWR)
7 close(3<pipe:[11]>)             = 0
7 exit_group(3)                     = ?
7 +++ exited with 3 +++
)";

TEST(StraceLog, TellsWhatIsOpenWhenTheProcessExits) {
    const strace_account account = read_strace(strace_lines, 7);
    EXPECT_THAT(account.open_at_exit,
                ElementsAre(Key(0), Key(1), Key(2), Pair(4, "pipe:[11]"), Pair(5, "TCP:[8352808]"),
                            Pair(6, "TCP:[127.0.0.1:80->127.0.0.1:40112]")));
    EXPECT_TRUE(account.asked_to_exit);
    EXPECT_EQ(account.exit_code, 3);
}

TEST(StraceLog, KnowsThatAKilledProcessNeverAskedToExit) {
    EXPECT_FALSE(read_strace("7 +++ killed by SIGKILL +++\n", 7).asked_to_exit);
}

TEST(StraceLog, CountsErrorsOfTheKernelApartFromItsOwn) {
    const strace_errors counted = count_errors(
        "7 accept4(5, NULL, NULL, 0) = -1 EMFILE (Too many open files)\n"
        "7 accept4(5, NULL, NULL, 0) = -1 EMFILE (Too many open files) (INJECTED)\n"
        "7 accept4(5, NULL, NULL, 0) = -1 EAGAIN (Resource temporarily unavailable)\n"
        "7 write(2, \" = -1 EMFILE \", 13) = 13\n",
        "EMFILE");
    EXPECT_EQ(counted.returned_count, 1U);
    EXPECT_EQ(counted.injected_count, 1U);
}

constexpr const char* gdb_lines = R"([New LWP 28309]
0x00007ff3b1926f36 in epoll_wait (...) at ../sysdeps/unix/sysv/linux/epoll_wait.c:30

Thread 2 (Thread 0x7ff3b15ff6c0 (LWP 28309) "server"):
#0  wait_for_flag () at /src/spins_at_stop.cpp:45
#1  reference::(anonymous namespace)::latch::all_ended(Frame*) (...) at /src/spins_at_stop.cpp:36
#2  std::__invoke<f::{lambda()#1}> (...) at /usr/include/c++/12/bits/invoke.h:96
#3  0x00007ff3b16d44a3 in ?? () from /lib/x86_64-linux-gnu/libstdc++.so.6

Thread 1 (Thread 0x7ff3b1ed4780 (LWP 28308) "server"):
#0  0x00007ff3b1926f36 in epoll_wait (...) at ../sysdeps/unix/sysv/linux/epoll_wait.c:30
#1  0x000055c767640a53 in handler<int (*)(int)>::operator()<int> (...) at /src/main.cpp:63
[Inferior 1 (process 28308) detached]
)";

TEST(GdbOutput, ListsFunctionsWithTheirFilesByThread) {
    const auto stacks = read_gdb(gdb_lines);
    ASSERT_THAT(stacks, ElementsAre(Key(28308), Key(28309)));
    const auto is = [](const std::string& key, bool is_installed) {
        return testing::AllOf(testing::Field(&frame_view::key, key),
                              testing::Field(&frame_view::is_installed, is_installed));
    };
    EXPECT_THAT(stacks.at(28309), ElementsAre(is("wait_for_flag in spins_at_stop.cpp", false),
                                              is("all_ended in spins_at_stop.cpp", false),
                                              is("__invoke in invoke.h", true)));
    EXPECT_THAT(stacks.at(28308), ElementsAre(is("epoll_wait in epoll_wait.c", true),
                                              is("operator() in main.cpp", false)));
}

TEST(FrameOfAHang, HasTheSameKeyAsThatOfGdb) {
    EXPECT_EQ(key_of_frame("reference::helper_latch::all_ended at waits_for_child.cpp:36"),
              "all_ended in waits_for_child.cpp");
    EXPECT_EQ(key_of_frame("operator() at spins_at_stop.cpp:36"),
              "operator() in spins_at_stop.cpp");
    EXPECT_EQ(key_of_frame("wait4 in libc.so.6"), "");
}

}  // namespace
}  // namespace stormdrain::acceptance
