// What a server held when it exited, as its keeper saw it: real processes, real exits.

#include "harness/process/launch/launching_fixture.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

namespace asio = boost::asio;

launch_spec watched_shell(const std::string& script) {
    launch_spec spec = shell(script);
    spec.exit_watch = exit_watch_choice::automatic;
    return spec;
}

const descriptor* find_descriptor(const process_end& end, int number) {
    const auto found = std::ranges::find(end.held.descriptors, number, &descriptor::number);
    return found == end.held.descriptors.end() ? nullptr : &*found;
}

const process_end* find_end(const std::vector<process_end>& ends, pid_t pid) {
    const auto found =
        std::ranges::find_if(ends, [pid](const process_end& end) { return end.held.pid == pid; });
    return found == ends.end() ? nullptr : &*found;
}

class ExitWatcher : public launching_fixture {
protected:
    // Runs the script to its end.
    asio::awaitable<std::vector<process_end>> ends_of(launch_spec spec) {
        server_ = launch(spec);
        const std::optional<launch_failure> failure = co_await server_->started(test_deadline());
        EXPECT_FALSE(failure) << failure->step << ": " << failure->error.message();
        const std::optional<exit_report> exited = co_await server_->exited(test_deadline());
        EXPECT_TRUE(exited);
        std::vector<process_end> ends = server_->take_ends();
        co_await server_->end_tree(test_deadline());
        co_return ends;
    }

    bool lacks_seccomp() const { return !server_->watch().by_seccomp; }

    // A machine that lacks the mechanism cannot test it.
    void skip_where_missing() const {
        if (!missing_.empty()) {
            GTEST_SKIP() << missing_;
        }
    }

    std::unique_ptr<server_process> server_;
    std::string missing_;
};

TEST_F(ExitWatcher, SeesWhatAProcessHoldsWhenItExits) {
    run([this]() -> asio::awaitable<void> {
        const std::vector<process_end> ends =
            co_await ends_of(watched_shell("exec 9</etc/passwd; exit 3"));
        if (lacks_seccomp()) {
            missing_ = server_->watch().seccomp_missing;
            co_return;
        }
        const process_end* end = find_end(ends, server_->pid());
        EXPECT_TRUE(end != nullptr);
        if (end != nullptr) {
            EXPECT_EQ(end->seen_by, exit_witness::seccomp);
            EXPECT_EQ(to_text(end->status), "exit 3");
            EXPECT_LE(end->at, server_->exit()->at);
            const descriptor* leaked = find_descriptor(*end, 9);
            EXPECT_TRUE(leaked != nullptr && leaked->target == "/etc/passwd");
        }
    });
    skip_where_missing();
}

TEST_F(ExitWatcher, SeesTheExitsOfChildrenOnceItWatchesTheTree) {
    run([this]() -> asio::awaitable<void> {
        // Without the signal it would end by it, and the test would say so.
        server_ =
            launch(watched_shell("trap go=1 USR1; (exit 4); exec 7<&0; "
                                 "while test -z \"$go\"; do sleep 0.01; done; "
                                 "(exec 8</etc/group; exit 5); exit 0"));
        co_await server_->started(test_deadline());
        // The shell's trap is set, and its first child gone, when it has begun to sleep.
        EXPECT_TRUE(tree_gets(*server_, "sleep", 1));
        server_->watch_tree();
        co_await server_->stop_tracing(test_deadline());  // an answer: what came before is done
        EXPECT_EQ(server_->send_signal(SIGUSR1), boost::system::error_code());
        co_await server_->exited(test_deadline());
        std::vector<process_end> ends = server_->take_ends();
        co_await server_->end_tree(test_deadline());
        if (lacks_seccomp()) {
            missing_ = server_->watch().seccomp_missing;
            co_return;
        }
        std::erase_if(ends, [](const process_end& end) { return end.held.command == "sleep"; });
        EXPECT_EQ(ends.size(), 2U);
        if (ends.size() == 2) {
            EXPECT_EQ(to_text(ends[0].status), "exit 5");
            EXPECT_EQ(ends[0].held.parent, server_->pid());
            EXPECT_TRUE(find_descriptor(ends[0], 8) != nullptr);
            EXPECT_EQ(find_descriptor(ends[1], 8), nullptr);
        }
    });
    skip_where_missing();
}

TEST_F(ExitWatcher, DoesNotHoldBackAServerThatCannotBeExecuted) {
    run([this]() -> asio::awaitable<void> {
        launch_spec spec = watched_shell("");
        spec.argv = {"/nonexistent/program"};
        server_ = launch(spec);
        const std::optional<launch_failure> failure = co_await server_->started(test_deadline());
        EXPECT_TRUE(failure);
        if (failure) {
            EXPECT_EQ(failure->step, "execve");
        }
        const bool ended = co_await server_->end_tree(test_deadline());
        EXPECT_TRUE(ended);
    });
}

TEST_F(ExitWatcher, SeesADeathBySignalWhenItTraces) {
    run([this]() -> asio::awaitable<void> {
        server_ = launch(watched_shell("exec 9</etc/passwd; exec sleep 1000"));
        co_await server_->started(test_deadline());
        EXPECT_TRUE(tree_gets(*server_, "sleep", 1));
        const boost::system::error_code refused = co_await server_->trace(test_deadline());
        if (refused) {
            missing_ = "ptrace: " + refused.message();
        } else {
            server_->send_signal(SIGTERM);
            co_await server_->exited(test_deadline());
            const std::vector<process_end> ends = server_->take_ends();
            const process_end* end = find_end(ends, server_->pid());
            EXPECT_TRUE(end != nullptr);
            if (end != nullptr) {
                EXPECT_EQ(end->seen_by, exit_witness::ptrace);
                EXPECT_EQ(to_text(end->status), "killed by SIGTERM");
                EXPECT_TRUE(find_descriptor(*end, 9) != nullptr);
            }
            EXPECT_EQ(to_text(server_->exit()->status), "killed by SIGTERM");
        }
        co_await server_->end_tree(test_deadline());
    });
    skip_where_missing();
}

TEST_F(ExitWatcher, StopsTracingSoThatOthersMay) {
    run([this]() -> asio::awaitable<void> {
        server_ = launch(watched_shell("while :; do read line; done </dev/zero"));
        co_await server_->started(test_deadline());
        const boost::system::error_code refused = co_await server_->trace(test_deadline());
        if (refused) {
            missing_ = "ptrace: " + refused.message();
        } else {
            const boost::system::error_code error = co_await server_->stop_tracing(test_deadline());
            EXPECT_EQ(error, boost::system::error_code());
            EXPECT_EQ(server_->send_signal(0), boost::system::error_code());  // it lives on
            const boost::system::error_code again = co_await server_->trace(test_deadline());
            EXPECT_EQ(again, boost::system::error_code());
        }
        const bool ended = co_await server_->end_tree(test_deadline());
        EXPECT_TRUE(ended);
    });
    skip_where_missing();
}

TEST_F(ExitWatcher, LetsATracedServerBeStoppedAndContinued) {
    run([this]() -> asio::awaitable<void> {
        server_ = launch(watched_shell("while :; do read line; done </dev/zero"));
        co_await server_->started(test_deadline());
        const boost::system::error_code refused = co_await server_->trace(test_deadline());
        if (refused) {
            missing_ = "ptrace: " + refused.message();
        } else {
            server_->send_signal(SIGSTOP);
            EXPECT_TRUE(comes_to_state(server_->pid(), "tT"));
            server_->send_signal(SIGCONT);
            EXPECT_TRUE(comes_to_state(server_->pid(), "RS"));
        }
        co_await server_->end_tree(test_deadline());
    });
    skip_where_missing();
}

TEST_F(ExitWatcher, KillsATreeWhoseExitsItHoldsBack) {
    run([this]() -> asio::awaitable<void> {
        server_ = launch(watched_shell("for i in 1 2 3 4 5 6 7 8; do sleep 1000 & done; wait"));
        co_await server_->started(test_deadline());
        EXPECT_TRUE(tree_gets(*server_, "sleep", 8));
        const bool ended = co_await server_->end_tree(test_deadline());
        EXPECT_TRUE(ended);
        EXPECT_TRUE(server_->take_ends().empty());  // a tree that is killed is not looked at
    });
}

}  // namespace
}  // namespace stormdrain
