#include "harness/process/launch/guard.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/process/census/process_tree.hpp"
#include "harness/process/launch/launching_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using testing::Ge;
using testing::IsEmpty;
using testing::SizeIs;

class Guard : public launching_fixture {};

TEST_F(Guard, IsMissedWhenItIsKilledButItsServersGoOn) {
    run([&]() -> asio::awaitable<void> {
        const auto server = launch(shell("trap 'exit 5' TERM; while :; do sleep 300 & wait; done"));
        const auto failure = co_await server->started(test_deadline());
        EXPECT_FALSE(failure.has_value());
        EXPECT_EQ(::kill(guard_.pid(), SIGKILL), 0);
        EXPECT_TRUE(ends(guard_.pid()));

        EXPECT_THROW(launch(shell("exit 0")), environment_error);

        // The keeper is on its own now, and still does all its work.
        const auto early = co_await server->exited(clock::now());
        EXPECT_FALSE(early.has_value());
        EXPECT_FALSE(server->send_signal(SIGKILL));
        const auto exit = co_await server->exited(test_deadline());
        EXPECT_TRUE(exit.has_value());
        EXPECT_TRUE(co_await server->end_tree(test_deadline()));
        EXPECT_THAT(server->tree(), IsEmpty());
    });
}

// How many descriptors a process has.
std::size_t descriptors_count(pid_t pid) {
    const std::filesystem::directory_iterator held("/proc/" + std::to_string(pid) + "/fd");
    return static_cast<std::size_t>(std::distance(begin(held), end(held)));
}

asio::awaitable<void> start_and_end(server_process& server) {
    const auto failure = co_await server.started(test_deadline());
    EXPECT_FALSE(failure.has_value());
    EXPECT_TRUE(co_await server.end_tree(test_deadline()));
}

TEST_F(Guard, HasOneKeeperForServersThatFollowEachOther) {
    run([&]() -> asio::awaitable<void> {
        auto server = launch(shell("sleep 300 & exec sleep 300"));
        co_await start_and_end(*server);
        const pid_t keeper = server->keeper_pid();
        // A few more than it keeps: it tells of the end before it has closed what was the tree's.
        const std::size_t held_count = descriptors_count(keeper);
        for (int round = 0; round < 20; ++round) {
            server.reset();
            server = launch(shell("exit 7"));
            const auto exit = co_await server->exited(test_deadline());
            EXPECT_TRUE(exit && WEXITSTATUS(exit->status.native) == 7);
            co_await start_and_end(*server);
            EXPECT_EQ(server->keeper_pid(), keeper);
        }
        EXPECT_LE(descriptors_count(keeper), held_count + 10);
    });
}

TEST_F(Guard, HasAKeeperForEachOfServersThatRunAtOnce) {
    run([&]() -> asio::awaitable<void> {
        const auto first = launch(shell("exec sleep 300"));
        const auto second = launch(shell("exec sleep 300"));
        co_await start_and_end(*second);
        co_await start_and_end(*first);
        EXPECT_NE(first->keeper_pid(), second->keeper_pid());
    });
}

TEST_F(Guard, ReplacesAKeeperThatWasKilledWhileItHadNothingToDo) {
    run([&]() -> asio::awaitable<void> {
        auto server = launch(shell("exit 0"));
        co_await start_and_end(*server);
        const pid_t keeper = server->keeper_pid();
        server.reset();
        EXPECT_EQ(::kill(keeper, SIGKILL), 0);
        EXPECT_TRUE(ends(keeper));
        server = launch(shell("exit 0"));
        co_await start_and_end(*server);
        EXPECT_NE(server->keeper_pid(), keeper);
    });
}

TEST_F(Guard, DismissesTheKeeperOfAServerProcessThatIsDroppedBeforeItEnded) {
    run([&]() -> asio::awaitable<void> {
        auto server = launch(shell("exec sleep 300"));
        const auto failure = co_await server->started(test_deadline());
        EXPECT_FALSE(failure.has_value());
        const pid_t keeper = server->keeper_pid();
        server.reset();
        EXPECT_TRUE(ends(keeper));
    });
}

TEST_F(Guard, LaunchesForSeveralThreads) {
    std::vector<std::thread> threads;
    for (int index = 0; index < 4; ++index) {
        threads.emplace_back([this] {
            asio::io_context context(1);
            int exits_count = 0;
            const auto cycles = [&]() -> asio::awaitable<void> {
                for (int cycle = 0; cycle < 10; ++cycle) {
                    const launch_descriptors none;
                    const launch_spec spec = shell("exit 0");
                    const auto server = guard_.launch(context.get_executor(), spec, none);
                    const auto exit = co_await server->exited(test_deadline());
                    exits_count += exit && exit->status.exited() ? 1 : 0;
                }
            };
            asio::co_spawn(context, cycles,
                           [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
            context.run_until(test_deadline());
            EXPECT_EQ(exits_count, 10);
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
}

TEST_F(Guard, EndsTheTreeOfAServerProcessThatIsDropped) {
    std::vector<pid_t> tree;
    {
        guard own;
        run([&]() -> asio::awaitable<void> {
            const launch_descriptors none;
            const launch_spec spec = shell("sleep 300 & sleep 300 & exec sleep 300");
            const auto server = own.launch(executor(), spec, none);
            const auto failure = co_await server->started(test_deadline());
            EXPECT_FALSE(failure.has_value());
            EXPECT_TRUE(tree_gets(*server, "sleep", 3));
            tree = server->tree();
            tree.push_back(server->keeper_pid());
        });
    }
    for (const pid_t pid : tree) {
        EXPECT_FALSE(read_stat(pid).has_value()) << pid;
    }
}

TEST_F(Guard, EndsWhatAKilledKeeperLeft) {
    std::vector<pid_t> tree;
    {
        guard own;
        run([&]() -> asio::awaitable<void> {
            const launch_descriptors none;
            // Out of reach of the server's parent-death signal, and with a child of its own.
            const launch_spec spec =
                shell("(setsid sh -c 'trap \"\" TERM; sleep 300; sleep 300' &); sleep 300 & wait");
            const auto server = own.launch(executor(), spec, none);
            const auto failure = co_await server->started(test_deadline());
            EXPECT_FALSE(failure.has_value());
            EXPECT_TRUE(tree_gets(*server, "sleep", 2));
            tree = server->tree();
            EXPECT_EQ(::kill(server->keeper_pid(), SIGKILL), 0);
            EXPECT_TRUE(co_await server->end_tree(test_deadline()));
        });
        EXPECT_THAT(descendants(own.pid()), testing::Not(IsEmpty()));
    }
    EXPECT_THAT(tree, SizeIs(Ge(4U)));
    for (const pid_t pid : tree) {
        EXPECT_FALSE(read_stat(pid).has_value()) << pid;
    }
}

// Plays a harness in a process of its own: launches a server with grandchildren, one of them out
// of reach of its session, writes every pid of the tree into the pipe and waits to be killed.
[[noreturn]] void play_harness(int pids_out) {
    guard own;
    asio::io_context context(1);
    std::vector<std::unique_ptr<server_process>> servers;
    const auto launching = [&]() -> asio::awaitable<void> {
        for (int index = 0; index < 3; ++index) {
            const launch_descriptors none;
            const launch_spec spec = shell(
                "sleep 300 & (setsid sh -c 'trap \"\" TERM; sleep 300; sleep 300' &); "
                "kill -STOP $$");
            servers.push_back(own.launch(context.get_executor(), spec, none));
            const auto failure = co_await servers.back()->started(test_deadline());
            // The child's, and the daemon's child's.
            if (failure || !tree_gets(*servers.back(), "sleep", 2)) {
                ::_exit(EXIT_FAILURE);
            }
        }
    };
    asio::co_spawn(context, launching, [](std::exception_ptr failure) {
        if (failure) {
            ::_exit(EXIT_FAILURE);
        }
    });
    context.run();
    std::vector<pid_t> pids = descendants(::getpid());
    if (::write(pids_out, pids.data(), pids.size() * sizeof(pid_t)) < 0) {
        ::_exit(EXIT_FAILURE);
    }
    for (;;) {
        ::pause();
    }
}

TEST(KilledHarness, LeavesNoProcessBehind) {
    int ends_of_pipe[2];
    ASSERT_EQ(::pipe2(ends_of_pipe, O_CLOEXEC), 0);
    owned_descriptor pids_in(ends_of_pipe[0]);
    owned_descriptor pids_out(ends_of_pipe[1]);
    const pid_t harness = ::fork();
    ASSERT_GE(harness, 0);
    if (harness == 0) {
        play_harness(pids_out.get());
    }
    pids_out.reset();
    std::vector<pid_t> pids(1024);
    const ssize_t count = ::read(pids_in.get(), pids.data(), pids.size() * sizeof(pid_t));
    pids.resize(count < 0 ? 0 : static_cast<std::size_t>(count) / sizeof(pid_t));
    // The guard, three keepers, three trees of server, child, daemon and daemon's child.
    EXPECT_THAT(pids, SizeIs(Ge(1U + 3U + 3U * 4U)));
    EXPECT_EQ(::kill(harness, SIGKILL), 0);
    EXPECT_EQ(::waitpid(harness, nullptr, 0), harness);
    for (const pid_t pid : pids) {
        EXPECT_TRUE(ends(pid)) << pid;
    }
}

}  // namespace
}  // namespace stormdrain
