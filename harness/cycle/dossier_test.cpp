#include "harness/cycle/dossier.hpp"

#include "harness/base/pause.hpp"
#include "harness/cycle/cycle_fixture.hpp"
#include "harness/cycle/hang_report.hpp"
#include "harness/process/stacks/thread_reader.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace stormdrain {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// One server and the parts of a cycle that is about to find that it hangs.
struct examined {
    examined(const asio::any_io_executor& executor, std::unique_ptr<server_session> of,
             planned_scenario what)
        : session(std::move(of)),
          planned(std::move(what)),
          parts(executor, *session, planned, record) {}

    std::unique_ptr<server_session> session;
    planned_scenario planned;
    cycle_record record;
    cycle_parts parts;
    std::unique_ptr<transport> client;  // writes into the log of the parts until it is gone
};

class Dossier : public cycle_fixture {
protected:
    // Starts the server, lets `prepare` bring it to the place where it hangs, and examines it.
    hang_record examine(const target& server,
                        std::function<asio::awaitable<void>(examined&)> prepare) {
        hang_record hang;
        run([&]() -> asio::awaitable<void> {
            std::unique_ptr<server_session> session = co_await started(server);
            examined one(executor(), std::move(session), planned(server, scenario()));
            co_await prepare(one);
            one.record.stop.at_deadline = one.session->take_census(one.parts.clock.now());
            hang = co_await examine_hang(one.parts, soon());
            report_ = hang_text(one.record, hang);
            EXPECT_FALSE(std::filesystem::exists(one.session->folder() + "/stacks.txt"));
            EXPECT_TRUE(co_await one.session->end(soon()));
        });
        return hang;
    }

    hang_record examine(const target& server, std::function<bool(const thread_facts&)> there) {
        return examine(server, [this, &there](examined& one) { return until(one, there); });
    }

    // Until a thread of the server is where it stays, or the test's deadline.
    static asio::awaitable<void> until(examined& one,
                                       std::function<bool(const thread_facts&)> there) {
        const time_point deadline = soon();
        bool found = false;
        while (!found && clock::now() < deadline) {
            const std::vector<pid_t> tree = one.session->process()->tree();
            found = std::ranges::any_of(read_threads(tree), there);
            co_await pause(1ms);
        }
        EXPECT_TRUE(found);
    }

    static asio::awaitable<void> until_blocked(examined& one) {
        const boost::system::error_code refused = one.session->capture()->hold_back();
        EXPECT_FALSE(refused) << refused.message();
        co_await until(one, [](const thread_facts& thread) {
            return thread.state == 'S' && thread.syscall == "write";
        });
    }

    static bool sleeps(const thread_facts& thread) {
        return thread.name == "sleep" && thread.wait_in.find("nanosleep") != std::string::npos;
    }

    std::string report_;
};

TEST_F(Dossier, FindsThatNothingWakesTheServer) {
    const hang_record hang = examine(shell_server("exec sleep 300"), sleeps);
    if (hang.cause == hang_cause::starved) {
        GTEST_SKIP() << hang.why;
    }
    EXPECT_EQ(hang.cause, hang_cause::lost_wakeup) << hang.why;
    EXPECT_THAT(hang.why, StartsWith("lost wakeup: the only thread sleeps (1 in "));
    EXPECT_THAT(hang.why, HasSubstr("no CPU used"));
    EXPECT_GE(hang.watched, hang_watch_interval);
    EXPECT_THAT(hang.threads, SizeIs(1));
    EXPECT_THAT(hang.connections, IsEmpty());
    EXPECT_THAT(report_, StartsWith(hang.why));
    if (hang.stacks.empty()) {
        GTEST_SKIP() << "stacks: " << hang.stacks_missing;
    }
    EXPECT_THAT(hang.stacks_missing, IsEmpty());
    EXPECT_EQ(hang.stacks[0].command, "sleep");
    EXPECT_THAT(hang.stacks[0].frames, Contains(HasSubstr("nanosleep in libc")));
}

TEST_F(Dossier, FindsThatTheServerSpins) {
    const hang_record hang =
        examine(shell_server("while :; do :; done"),
                [](const thread_facts& thread) { return thread.state == 'R'; });
    // On a machine that is too busy to let it spin it is starved, which is as true.
    EXPECT_TRUE(hang.cause == hang_cause::spinning || hang.cause == hang_cause::starved)
        << hang.why;
    EXPECT_THAT(hang.why, HasSubstr("(sh)"));
}

TEST_F(Dossier, FindsThatTheServerWaitsForItsChild) {
    const hang_record hang = examine(shell_server("sleep 300; exit 0"), sleeps);
    if (hang.cause == hang_cause::starved) {
        GTEST_SKIP() << hang.why;
    }
    EXPECT_EQ(hang.cause, hang_cause::waiting_for_child) << hang.why;
    EXPECT_THAT(hang.why,
                AllOf(HasSubstr("waiting for child: sh (pid "), HasSubstr("for sleep (pid ")));
}

TEST_F(Dossier, FindsThatTheServerIsStopped) {
    const hang_record hang = examine(shell_server("kill -STOP $$"), [](const thread_facts& thread) {
        return thread.state == 'T';
    });
    if (hang.cause == hang_cause::starved) {
        GTEST_SKIP() << hang.why;
    }
    EXPECT_EQ(hang.cause, hang_cause::stopped) << hang.why;
}

TEST_F(Dossier, FindsThatTheServerWaitsForTheHarnessToReadItsOutput) {
    const auto hold_back = [&](examined& one) { return until_blocked(one); };
    const hang_record hang = examine(shell_server("exec yes"), hold_back);
    if (hang.cause == hang_cause::starved) {
        GTEST_SKIP() << hang.why;
    }
    EXPECT_EQ(hang.cause, hang_cause::blocked_on_output) << hang.why;
}

TEST_F(Dossier, FindsTheClientThatIsStillConnected) {
    const auto connect = [&](examined& one) -> asio::awaitable<void> {
        connector_table connectors = one.session->make_connectors(one.parts.log);
        connect_options options;
        options.purpose = "fault half_close";
        connect_outcome opened = co_await connectors.at("http")->connect(options, soon());
        EXPECT_TRUE(opened.connection) << opened.error.message();
        one.client = std::move(opened.connection);
        const auto accepted = [&] {
            const census seen = one.session->take_census({});
            const auto held =
                client_connections(seen, nullptr, one.session->ports(), one.parts.log);
            return std::ranges::any_of(held,
                                       [](const auto& each) { return each.client.has_value(); });
        };
        for (const time_point deadline = soon(); !accepted() && clock::now() < deadline;) {
            co_await pause(1ms);
        }
    };
    const hang_record hang = examine(reference_server(), connect);
    if (hang.cause == hang_cause::starved) {
        GTEST_SKIP() << hang.why;
    }
    EXPECT_EQ(hang.cause, hang_cause::stuck_connection) << hang.why;
    EXPECT_THAT(hang.why, HasSubstr("TCP ESTABLISHED 127.0.0.1:"));
    EXPECT_THAT(hang.why, HasSubstr("client of fault half_close, opened at "));
    EXPECT_THAT(hang.connections, SizeIs(1));
    EXPECT_THAT(report_, HasSubstr("Clients' connections that the server holds: 1\n"));
}

TEST_F(Dossier, AsksTheRuntimeForItsOwnView) {
    target server = shell_server(
        "trap 'echo all goroutines asleep' USR1; sleep 300 & "
        "while :; do wait; done");
    server.hang_dump = stop_trigger();
    server.hang_dump->signal = SIGUSR1;
    server.hang_core = true;
    const hang_record hang = examine(server, sleeps);
    if (hang.cause == hang_cause::starved) {
        GTEST_SKIP() << hang.why;
    }
    EXPECT_THAT(hang.notes, Contains(HasSubstr("runtime dump on SIGUSR1: 22 bytes in server.log")));
    EXPECT_THAT(hang.notes, Contains(StartsWith("ended by SIGABRT for a core file: ")));
    EXPECT_THAT(report_, HasSubstr("Notes\n"));
}

TEST_F(Dossier, DoesNotAskAServerThatWasKeptFromStopping) {
    target server = shell_server("exec yes");
    server.hang_dump = stop_trigger();
    server.hang_dump->signal = SIGKILL;
    const auto hold_back = [&](examined& one) { return until_blocked(one); };
    const hang_record hang = examine(server, hold_back);
    if (hang.cause == hang_cause::starved) {
        GTEST_SKIP() << hang.why;
    }
    EXPECT_EQ(hang.cause, hang_cause::blocked_on_output) << hang.why;
    EXPECT_THAT(hang.notes, IsEmpty());
}

TEST_F(Dossier, LeavesOutSocketsThatWereThereBeforeAnyClient) {
    descriptor unconnected;
    unconnected.kind = descriptor_kind::tcp_socket;
    unconnected.inode = 7;
    process_facts process;
    process.descriptors = {unconnected};
    census seen;
    seen.processes = {process, process};
    const connection_log log{cycle_clock()};
    EXPECT_THAT(client_connections(seen, nullptr, {}, log), SizeIs(1));  // shared by both
    EXPECT_THAT(client_connections(seen, &seen, {}, log), IsEmpty());
}

}  // namespace
}  // namespace stormdrain
