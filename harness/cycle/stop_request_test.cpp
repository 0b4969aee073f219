#include "harness/cycle/stop_request.hpp"

#include "harness/base/pause.hpp"
#include "harness/base/task_group.hpp"
#include "harness/cycle/cycle_fixture.hpp"

#include <signal.h>

#include <filesystem>
#include <string>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

stop_trigger by_request(std::string path) {
    stop_trigger how;
    how.how = stop_trigger::kind::request;
    how.port = "http";
    how.request.method = "POST";
    how.request.path = std::move(path);
    return how;
}

stop_trigger by_command(std::string script) {
    stop_trigger how;
    how.how = stop_trigger::kind::command;
    how.argv = {"/bin/sh", "-c", std::move(script)};
    return how;
}

stop_trigger by_input(std::string line) {
    stop_trigger how;
    how.how = stop_trigger::kind::input;
    how.line = std::move(line);
    return how;
}

// A target whose file says that it is stopped so.
target stopped_by(const stop_trigger& how, target server) {
    server.stop["graceful"].trigger = how;
    return server;
}

class StopRequest : public cycle_fixture {
protected:
    struct outcome {
        std::string failure;
        std::string exit;  // empty: it still ran
    };

    // Asks a fresh server to stop. When that failed the server is not waited for.
    outcome ask(const target& server, const stop_trigger& how, duration within = 10s) {
        outcome seen;
        run([&]() -> asio::awaitable<void> {
            const auto session = co_await started(server);
            seen.failure = co_await request_stop(*session, how, clock::now() + within);
            const time_point deadline = seen.failure.empty() ? soon() : clock::now();
            const std::optional<exit_report> exit = co_await session->exited(deadline);
            seen.exit = exit ? to_text(exit->status) : "";
            EXPECT_TRUE(co_await session->end(soon()));
        });
        return seen;
    }

    const target sleeper_ = shell_server("exec sleep 300");
};

TEST_F(StopRequest, SendsItsSignal) {
    stop_trigger how;
    how.signal = SIGINT;
    const outcome seen = ask(sleeper_, how);
    EXPECT_THAT(seen.failure, IsEmpty());
    EXPECT_EQ(seen.exit, "killed by SIGINT");
    EXPECT_EQ(to_text(how), "SIGINT");
}

TEST_F(StopRequest, CannotSignalAServerThatIsGone) {
    run([&]() -> asio::awaitable<void> {
        const auto session = co_await started(sleeper_);
        EXPECT_FALSE(session->process()->send_signal(SIGKILL));
        const std::optional<exit_report> exit = co_await session->exited(soon());
        EXPECT_TRUE(exit.has_value());
        const std::string failure = co_await request_stop(*session, stop_trigger(), soon());
        EXPECT_EQ(failure, "cannot send SIGTERM: No such process");
        EXPECT_TRUE(co_await session->end(soon()));
    });
}

TEST_F(StopRequest, SendsItsRequest) {
    const stop_trigger how = by_request("/shutdown");
    const outcome seen = ask(reference_server(), how);
    EXPECT_THAT(seen.failure, IsEmpty());
    EXPECT_EQ(seen.exit, "exit 0");
    EXPECT_EQ(to_text(how), "POST /shutdown");
}

TEST_F(StopRequest, ClosesStandardInput) {
    const stop_trigger how = by_input("");
    const outcome seen = ask(stopped_by(how, shell_server("cat; exit 7")), how);
    EXPECT_THAT(seen.failure, IsEmpty());
    EXPECT_EQ(seen.exit, "exit 7");
    EXPECT_EQ(to_text(how), "end of standard input");
}

TEST_F(StopRequest, WritesItsLineToStandardInput) {
    const stop_trigger how = by_input("quit\n");
    target server = reference_server();
    server.argv.emplace_back("--stop-on-stdin");
    const outcome seen = ask(stopped_by(how, std::move(server)), how);
    EXPECT_THAT(seen.failure, IsEmpty());
    EXPECT_EQ(seen.exit, "exit 0");
    EXPECT_EQ(to_text(how), "\"quit\" on standard input");
}

TEST_F(StopRequest, FailsWhenTheServerHasClosedItsStandardInput) {
    const stop_trigger how = by_input("quit\n");
    const target server = stopped_by(how, shell_server("exec sleep 300 <&-"));
    run([&]() -> asio::awaitable<void> {
        const auto session = co_await started(server);
        std::string failure;
        while (failure.empty() && clock::now() < soon()) {  // until the shell has closed it
            failure = co_await request_stop(*session, how, soon());
            co_await pause(1ms);  // or the pipe is full before a slow shell has begun
        }
        EXPECT_EQ(failure, "cannot write to its standard input: Broken pipe");
        EXPECT_TRUE(co_await session->end(soon()));
    });
}

TEST_F(StopRequest, LeavesStandardInputAloneWhereNoStopNeedsIt) {
    EXPECT_EQ(ask(sleeper_, by_input("quit\n")).failure,
              "cannot write to its standard input: Bad file descriptor");
}

TEST_F(StopRequest, FailsWhenTheServerDoesNotAgree) {
    const outcome seen = ask(reference_server(), by_request("/no/such/route"));
    EXPECT_EQ(seen.failure, "/no/such/route was answered with status 404");
    EXPECT_THAT(seen.exit, IsEmpty());
}

TEST_F(StopRequest, FailsWhenNobodyTakesTheRequest) {
    target server = shell_server("exit 0", port_source::free);
    server.ports["http"] = {};
    run([&]() -> asio::awaitable<void> {
        const auto session = session_of(server);
        start_record record;
        EXPECT_FALSE(co_await session->start(cycle_clock(), record));
        const stop_trigger how = by_request("/shutdown");
        const std::string failure = co_await request_stop(*session, how, soon());
        EXPECT_EQ(failure, "/shutdown: Connection refused");
        EXPECT_TRUE(co_await session->end(soon()));
    });
}

TEST_F(StopRequest, RunsItsCommandWithTheServersPid) {
    const stop_trigger how = by_command("kill -USR1 ${pid}");
    const outcome seen = ask(sleeper_, how);
    EXPECT_THAT(seen.failure, IsEmpty());
    EXPECT_EQ(seen.exit, "killed by SIGUSR1");
    EXPECT_EQ(to_text(how), "/bin/sh");
}

TEST_F(StopRequest, TellsHowItsCommandFailed) {
    const outcome seen = ask(sleeper_, by_command("echo no such instance; exit 3"));
    EXPECT_EQ(seen.failure, "/bin/sh: exit 3; no such instance\n");
    EXPECT_THAT(seen.exit, IsEmpty());
}

TEST_F(StopRequest, TellsWhyItsCommandDidNotRun) {
    stop_trigger how = by_command("");
    how.argv = {"/no/such/command"};
    EXPECT_THAT(ask(sleeper_, how).failure,
                StartsWith("/no/such/command: execve: No such file or directory"));
}

TEST_F(StopRequest, EndsACommandThatIsNotDoneAtTheDeadline) {
    EXPECT_THAT(ask(sleeper_, by_command("echo waiting; exec sleep 300"), 200ms).failure,
                AllOf(StartsWith("/bin/sh: not done at the deadline"), HasSubstr("waiting")));
}

// As at the end of a stop whose server went before a second request had come to its end.
TEST_F(StopRequest, CommandThatIsCancelledIsJoined) {
    run([&]() -> asio::awaitable<void> {
        const auto session = co_await started(sleeper_);
        const stop_trigger endless = by_command("touch asked; exec sleep 300");
        const auto asking = [&]() -> asio::awaitable<void> {
            co_await request_stop(*session, endless, soon());
        };
        task_group commands(executor());
        commands.spawn(asking());
        const std::string mark = session->folder() + "/asked";
        const time_point deadline = soon();
        while (!std::filesystem::exists(mark) && clock::now() < deadline) {
            co_await pause(1ms);
        }
        commands.cancel();
        co_await commands.join();
        EXPECT_TRUE(std::filesystem::exists(mark));
        EXPECT_TRUE(session->running());
        EXPECT_TRUE(co_await session->end(soon()));
    });
}

}  // namespace
}  // namespace stormdrain
