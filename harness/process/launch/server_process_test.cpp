#include "harness/process/launch/server_process.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/base/task_group.hpp"
#include "harness/process/census/census_reader.hpp"
#include "harness/process/launch/keeper_protocol.hpp"
#include "harness/process/launch/launching_fixture.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Ge;
using testing::Gt;
using testing::IsEmpty;
using testing::Le;
using testing::Lt;
using testing::Not;
using testing::SizeIs;

std::uint64_t inode_of(int descriptor) {
    struct stat facts {};
    EXPECT_EQ(::fstat(descriptor, &facts), 0);
    return facts.st_ino;
}

class ServerProcess : public launching_fixture {
protected:
    // Launches, waits for the exit, ends the tree.
    exit_status exit_of(const launch_spec& spec) {
        exit_status status;
        run([&]() -> asio::awaitable<void> {
            const auto server = launch(spec);
            const auto failure = co_await server->started(test_deadline());
            EXPECT_FALSE(failure.has_value());
            const auto exit = co_await server->exited(test_deadline());
            EXPECT_TRUE(exit.has_value());
            status = exit ? exit->status : exit_status();
            EXPECT_TRUE(co_await server->end_tree(test_deadline()));
        });
        return status;
    }

    std::optional<launch_failure> failure_of(const launch_spec& spec) {
        std::optional<launch_failure> failure;
        run([&]() -> asio::awaitable<void> {
            const auto server = launch(spec);
            failure = co_await server->started(test_deadline());
            const auto exit = co_await server->exited(test_deadline());
            EXPECT_FALSE(exit.has_value());
        });
        return failure;
    }
};

TEST_F(ServerProcess, TellsAnExitCodeFromASignalOfTheSameNumber) {
    EXPECT_EQ(to_text(exit_of(shell("exit 9"))), "exit 9");
    EXPECT_EQ(to_text(exit_of(shell("kill -9 $$"))), "killed by SIGKILL");
}

TEST_F(ServerProcess, NamesTheStepThatFailed) {
    launch_spec missing_program;
    missing_program.argv = {"/no/such/server"};
    auto failure = failure_of(missing_program);
    ASSERT_TRUE(failure.has_value());
    EXPECT_EQ(failure->step, "execve");
    EXPECT_EQ(failure->error, boost::system::errc::no_such_file_or_directory);

    launch_spec missing_folder = shell("exit 0");
    missing_folder.working_folder = "/no/such/folder";
    failure = failure_of(missing_folder);
    ASSERT_TRUE(failure.has_value());
    EXPECT_EQ(failure->step, "chdir");

    launch_spec not_a_program;
    not_a_program.argv = {"/etc/passwd"};
    failure = failure_of(not_a_program);
    ASSERT_TRUE(failure.has_value());
    EXPECT_EQ(failure->error, boost::system::errc::permission_denied);
}

TEST_F(ServerProcess, InheritsNothingButTheStandardDescriptors) {
    // Asio's sockets are not close-on-exec, so the harness has such all the time.
    const int before = ::socket(AF_INET, SOCK_STREAM, 0);
    run([&]() -> asio::awaitable<void> {
        guard later;  // its process is forked while the socket is open
        const launch_descriptors no_descriptors;
        // Stopped, it is surely done with loading itself, which takes descriptors for a moment.
        const auto server = later.launch(executor(), shell("kill -STOP $$"), no_descriptors);
        const auto failure = co_await server->started(test_deadline());
        EXPECT_FALSE(failure.has_value());
        EXPECT_TRUE(comes_to_state(server->pid(), "T"));
        socket_table sockets;
        const std::vector<pid_t> pids{server->pid()};
        const census taken = take_census(pids, sockets, since_start(0));
        EXPECT_THAT(taken.processes, SizeIs(1));
        for (const descriptor& held : taken.processes.at(0).descriptors) {
            EXPECT_THAT(held.number, AllOf(Ge(0), Le(2))) << to_text(held);
            EXPECT_EQ(held.target, "/dev/null");
        }
        // The keeper keeps nothing that the server could miss either: 0, 1, 2, channel, signals,
        // pidfd, and the canary that must never reach the server.
        const std::vector<pid_t> keeper{server->keeper_pid()};
        const census of_keeper = take_census(keeper, sockets, since_start(0));
        EXPECT_THAT(of_keeper.processes.at(0).descriptors, SizeIs(7));
        EXPECT_TRUE(co_await server->end_tree(test_deadline()));
    });
    ::close(before);
}

TEST_F(ServerProcess, GetsDefaultSignalsAnEmptyMaskAndNoInput) {
    // SigIgn and SigBlk of proc_pid_status(5); `read` fails at once at the end of /dev/null.
    const std::string script =
        "grep -q 'SigIgn:.0000000000000000' /proc/self/status || exit 3; "
        "grep -q 'SigBlk:.0000000000000000' /proc/self/status || exit 4; "
        "read line && exit 5; exit 0";
    ASSERT_EQ(::signal(SIGPIPE, SIG_IGN), SIG_IGN) << "as main() of the tests has it";
    EXPECT_EQ(to_text(exit_of(shell(script))), "exit 0");
}

TEST_F(ServerProcess, GetsLimitsFolderAndExactlyItsEnvironment) {
    launch_spec spec = shell(
        "test $(ulimit -Sn) = 40 && test $(ulimit -Hn) = 40 || exit 3; "
        "test $PWD = / || exit 4; test \"$GREETING\" = 'two words' || exit 5; "
        "test -z \"$HOME\" || exit 6");
    spec.limits.open_files = 40;
    spec.working_folder = "/";
    spec.environment.push_back("GREETING=two words");
    ::setenv("HOME", "/the/harness", 1);
    EXPECT_EQ(to_text(exit_of(spec)), "exit 0");
}

TEST_F(ServerProcess, GetsListenersFromThreeOnWithItsOwnPid) {
    const auto own_socket = [] { return owned_descriptor(::socket(AF_INET, SOCK_STREAM, 0)); };
    const owned_descriptor first = own_socket();
    const owned_descriptor second = own_socket();
    launch_spec spec = shell(
        "test $LISTEN_FDS = 2 && test $LISTEN_PID = $$ || exit 3; "
        "exec sleep 300");
    spec.environment.push_back("LISTEN_PID=1");  // of whoever started the harness
    run([&]() -> asio::awaitable<void> {
        // In reverse order: each lands where the other one was.
        const auto server = launch(spec, -1, std::vector<int>{second.get(), first.get()});
        const auto failure = co_await server->started(test_deadline());
        EXPECT_FALSE(failure.has_value());
        socket_table sockets;
        const std::vector<pid_t> pids{server->pid()};
        const census taken = take_census(pids, sockets, since_start(0));
        std::vector<int> numbers;
        for (const descriptor& held : taken.processes.at(0).descriptors) {
            numbers.push_back(held.number);
        }
        EXPECT_THAT(numbers, ElementsAre(0, 1, 2, 3, 4));
        EXPECT_EQ(taken.processes.at(0).descriptors.at(3).inode, inode_of(second.get()));
        EXPECT_EQ(taken.processes.at(0).descriptors.at(4).inode, inode_of(first.get()));
        const auto ended_early = co_await server->exited(clock::now());
        EXPECT_FALSE(ended_early.has_value());
        EXPECT_TRUE(co_await server->end_tree(test_deadline()));
    });
}

TEST_F(ServerProcess, TakesALongEnvironment) {
    launch_spec spec = shell("test ${#LONG} = 100000 || exit 3; test ${#MANY_9} = 100000");
    spec.environment.push_back("LONG=" + std::string(100'000, 'x'));
    for (int index = 0; index < 10; ++index) {
        spec.environment.push_back("MANY_" + std::to_string(index) + "=" +
                                   std::string(100'000, 'y'));
    }
    EXPECT_EQ(to_text(exit_of(spec)), "exit 0");
    spec.environment.push_back(std::string(encoded_spec_bytes_max, 'z'));
    EXPECT_THROW(launch(spec), std::invalid_argument);
}

TEST_F(ServerProcess, PassesSignalsAndReportsWhenAndAtWhatCost) {
    run([&]() -> asio::awaitable<void> {
        const time_point began = clock::now();
        const auto server =
            launch(shell("trap 'exit 7' TERM; i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; "
                         "kill -STOP $$; while :; do read x; done"));
        const auto failure = co_await server->started(test_deadline());
        EXPECT_FALSE(failure.has_value());
        EXPECT_FALSE(server->send_signal(SIGTERM));
        EXPECT_FALSE(server->send_signal(SIGCONT));
        const auto exit = co_await server->exited(test_deadline());
        EXPECT_TRUE(exit.has_value());
        EXPECT_EQ(server->exit().has_value(), exit.has_value());
        if (exit) {
            EXPECT_THAT(exit->at, AllOf(Ge(began), Le(clock::now())));
            EXPECT_THAT(exit->cpu_time, AllOf(Gt(duration(0)), Lt(exit->at - began)));
        }
        EXPECT_EQ(server->send_signal(SIGTERM), boost::system::errc::no_such_process);
        EXPECT_TRUE(co_await server->end_tree(test_deadline()));
        EXPECT_THAT(server->tree(), IsEmpty());
    });
}

TEST_F(ServerProcess, TwoMayWaitForTheSameExit) {
    run([&]() -> asio::awaitable<void> {
        const auto server = launch(shell("exec sleep 300"));
        const auto failure = co_await server->started(test_deadline());
        EXPECT_FALSE(failure.has_value());
        std::vector<std::string> seen;
        const auto waiter = [&]() -> asio::awaitable<void> {
            const auto exit = co_await server->exited(test_deadline());
            seen.push_back(exit ? to_text(exit->status) : "deadline");
        };
        task_group waiters(executor());
        waiters.spawn(waiter());
        waiters.spawn(waiter());
        co_await asio::post(executor(), asio::use_awaitable);
        EXPECT_FALSE(server->send_signal(SIGINT));
        co_await waiters.join();
        EXPECT_THAT(seen, ElementsAre("killed by SIGINT", "killed by SIGINT"));
        EXPECT_TRUE(co_await server->end_tree(test_deadline()));
    });
}

TEST_F(ServerProcess, FindsAndEndsADaemonThatLeftItsSession) {
    run([&]() -> asio::awaitable<void> {
        const auto server = launch(
            shell("(setsid sh -c 'trap \"\" TERM INT HUP; sleep 300; sleep 300' &) ; exit 0"));
        const auto exit = co_await server->exited(test_deadline());
        EXPECT_TRUE(exit.has_value());
        const std::vector<pid_t> orphans = server->tree();
        EXPECT_THAT(orphans, Not(IsEmpty()));
        EXPECT_THAT(orphans, Not(Contains(server->pid())));
        EXPECT_TRUE(co_await server->end_tree(test_deadline()));
        for (const pid_t orphan : orphans) {
            EXPECT_EQ(read_process(orphan).state, 'X');
        }
        EXPECT_THAT(server->tree(), IsEmpty());
    });
}

TEST_F(ServerProcess, BlamesTheEnvironmentWhenItsKeeperIsKilled) {
    run([&]() -> asio::awaitable<void> {
        const auto server = launch(shell("exec sleep 300"));
        const auto failure = co_await server->started(test_deadline());
        EXPECT_FALSE(failure.has_value());
        EXPECT_EQ(::kill(server->keeper_pid(), SIGKILL), 0);
        bool threw = false;
        try {
            const auto exit = co_await server->exited(test_deadline());
            EXPECT_FALSE(exit.has_value());
        } catch (const environment_error&) {
            threw = true;
        }
        EXPECT_TRUE(threw);
        // It says nothing new to whoever cleans up.
        EXPECT_TRUE(co_await server->end_tree(test_deadline()));
        EXPECT_TRUE(co_await server->end_tree(test_deadline()));
        EXPECT_THAT(server->tree(), IsEmpty());
        EXPECT_TRUE(ends(server->pid()));  // its parent-death signal
    });
}

TEST_F(ServerProcess, LeavesOneKeeperAndItsChannelAfterManyLaunches) {
    std::map<int, std::string> descriptors_after_first;
    run([&]() -> asio::awaitable<void> {
        std::vector<duration> launch_times;
        for (int cycle = 0; cycle < 200; ++cycle) {
            if (cycle == 1) {
                descriptors_after_first = open_descriptors();
            }
            const time_point began = clock::now();
            const auto server = launch(shell("exit 0"));
            const auto failure = co_await server->started(test_deadline());
            EXPECT_FALSE(failure.has_value());
            launch_times.push_back(clock::now() - began);
            const auto exit = co_await server->exited(test_deadline());
            EXPECT_TRUE(exit.has_value());
            EXPECT_TRUE(co_await server->end_tree(test_deadline()));
        }
        std::nth_element(launch_times.begin(), launch_times.begin() + 100, launch_times.end());
        RecordProperty("median_launch_time", to_text(launch_times[100]));
    });
    EXPECT_EQ(open_descriptors(), descriptors_after_first);
    EXPECT_THAT(descendants(guard_.pid()), SizeIs(1));
}

}  // namespace
}  // namespace stormdrain
