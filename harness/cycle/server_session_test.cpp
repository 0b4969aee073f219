#include "harness/cycle/server_session.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/cycle/cycle_fixture.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <signal.h>

#include <fstream>
#include <functional>
#include <sstream>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using testing::EndsWith;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class ServerSession : public cycle_fixture {
protected:
    // Starts the server, lets the test look at it, ends it.
    start_record start(const target& server,
                       const std::function<void(server_session&)>& look = nullptr) {
        start_record record;
        run([&]() -> asio::awaitable<void> { co_await start_and_end(server, record, look); });
        return record;
    }

    asio::awaitable<void> start_and_end(const target& server, start_record& record,
                                        std::function<void(server_session&)> look) {
        const std::unique_ptr<server_session> session = session_of(server);
        const bool serves = co_await session->start(cycle_clock(), record);
        EXPECT_EQ(serves, record.failure.empty());
        if (look) {
            look(*session);
        }
        const std::vector<pid_t> tree =
            session->process() != nullptr ? session->process()->tree() : std::vector<pid_t>();
        EXPECT_TRUE(co_await session->end(soon()));
        for (const pid_t pid : tree) {
            EXPECT_NE(::kill(pid, 0), 0) << "pid " << pid << " was left behind";
        }
        output_ = session->output().tail;
    }

    std::string contents(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream(folder_.file(name)).rdbuf();
        return text.str();
    }

    std::string output_;
};

TEST_F(ServerSession, ServesAfterItListensAfterItWasLaunched) {
    const start_record record = start(reference_server(), [](server_session& session) {
        EXPECT_TRUE(session.running());
        EXPECT_THAT(session.listeners(), SizeIs(2));
        EXPECT_THAT(session.take_census(since_start(0)).processes, SizeIs(1));
    });
    EXPECT_THAT(record.failure, IsEmpty());
    ASSERT_TRUE(record.launched && record.listening && record.served);
    EXPECT_LE(*record.launched, *record.listening);
    EXPECT_LT(*record.listening, *record.served);
    EXPECT_LT(*record.served, record.deadline);
}

TEST_F(ServerSession, PassesItsListenerDown) {
    target server = reference_server();
    server.argv = {SERVER_REFERENCE};
    server.ports = {{"http", {port_protocol::http, port_source::inherit}}};
    const start_record record =
        start(server, [](server_session& session) { EXPECT_THAT(session.listeners(), SizeIs(1)); });
    EXPECT_THAT(record.failure, IsEmpty());
    EXPECT_TRUE(record.served);
}

TEST_F(ServerSession, BlamesTheUserForAMissingProgram) {
    target server = shell_server("");
    server.argv = {"/no/such/server"};
    const start_record record = start(server, [](server_session& session) {
        EXPECT_FALSE(session.running());
        EXPECT_EQ(session.process(), nullptr);
    });
    EXPECT_EQ(record.failure, "cannot run /no/such/server: execve: No such file or directory");
    EXPECT_TRUE(record.blame_is_elsewhere);
    EXPECT_FALSE(record.launched);
}

TEST_F(ServerSession, BlamesWhoeverHoldsAFixedPort) {
    target server = reference_server();
    const std::uint16_t number = ports_.next();
    server.ports["http"] = {port_protocol::http, port_source::fixed, number};
    const owned_descriptor holder = make_listener({"127.0.0.1", number});
    const start_record record = start(server);
    EXPECT_EQ(record.failure,
              "port " + std::to_string(number) + " (http) is held by another process");
    EXPECT_TRUE(record.blame_is_elsewhere);
    EXPECT_FALSE(record.launched) << "nothing is started that cannot work";
}

// 60 000 bytes fit into the pipe, so that the server ends before anybody read them.
TEST_F(ServerSession, ReportsAServerThatDiesAtOnceWithItsLastWords) {
    const start_record record = start(
        shell_server("head -c 60000 /dev/zero; echo; echo no disk; exit 7", port_source::free));
    EXPECT_EQ(record.failure, "ended before it listened: exit 7; last output: no disk");
    EXPECT_FALSE(record.blame_is_elsewhere);
    EXPECT_TRUE(record.launched);
    EXPECT_FALSE(record.listening);
}

// Goal: launch, output and exit are all there before the harness gets to look at any of them.
TEST_F(ServerSession, KnowsTheLastWordsOfAServerThatDiedBeforeAnybodyLooked) {
    const target server = shell_server("echo no disk; exit 7", port_source::free);
    run([&]() -> asio::awaitable<void> {
        const auto session = session_of(server);
        asio::post(executor(), [] {
            const time_point until = clock::now() + 50ms;
            while (clock::now() < until) {  // a starved harness
            }
        });
        start_record record;
        EXPECT_FALSE(co_await session->start(cycle_clock(), record));
        EXPECT_EQ(record.failure, "ended before it listened: exit 7; last output: no disk");
        EXPECT_TRUE(co_await session->end(soon()));
    });
}

TEST_F(ServerSession, ReportsAServerThatDiesWithoutAWord) {
    const start_record record = start(shell_server("kill -SEGV $$", port_source::free));
    EXPECT_THAT(record.failure, StartsWith("ended before it listened: killed by SIGSEGV"));
    EXPECT_THAT(record.failure, EndsWith("; it printed nothing"));
}

// Both take all the time that a server has: side by side, lest the test take it twice.
TEST_F(ServerSession, ReportsServersThatNeverListenOrNeverServe) {
    const target deaf = shell_server("echo starting; exec sleep 300", port_source::free);
    target mute = shell_server("exec sleep 300");
    mute.ports = {{"http", {port_protocol::http, port_source::inherit}}};
    mute.ready_port = "http";
    mute.routes["small"].path = "/ready";
    start_record of_deaf;
    start_record of_mute;
    const time_point began = clock::now();
    run([&]() -> asio::awaitable<void> {
        co_await both_of(start_and_end(deaf, of_deaf, nullptr),
                         start_and_end(mute, of_mute, nullptr));
    });
    EXPECT_GE(clock::now() - began, slack_for(0s));
    EXPECT_THAT(of_deaf.failure,
                StartsWith("no process of the server listens on every port: raw ("));
    EXPECT_FALSE(of_deaf.blame_is_elsewhere);
    EXPECT_FALSE(of_deaf.listening);
    EXPECT_THAT(of_mute.failure, StartsWith("listens but does not serve: /ready: "));
    EXPECT_FALSE(of_mute.blame_is_elsewhere);
    EXPECT_TRUE(of_mute.listening);
    EXPECT_FALSE(of_mute.served);
}

TEST_F(ServerSession, ReplacesVariablesInArgumentsEnvironmentAndFiles) {
    target server = shell_server("", port_source::free);
    server.file = folder_.file("its/target.json");
    server.argv = {"/bin/sh", "-c",
                   "echo ${port.raw} ${bin} ${target_folder}; echo $PLACE; pwd; echo [$UNSET]"};
    ::setenv("UNSET", "by the harness", 1);
    server.environment = {{"PLACE", "${folder}"}, {"UNSET", std::nullopt}};
    server.files = {{.name = "conf/server.conf", .contents = "listen ${port.raw};"},
                    {.name = "zeros", .contents = "", .size_bytes = 1 << 20}};
    std::uint16_t number = 0;
    start(server, [&number](server_session& session) { number = session.ports().at("raw"); });
    ::unsetenv("UNSET");
    const std::string port = std::to_string(number);
    EXPECT_EQ(output_, port + " " + environment_.bin_folder + " " + folder_.file("its") + "\n" +
                           folder_.path() + "\n" + folder_.path() + "\n[]\n");
    EXPECT_EQ(contents("conf/server.conf"), "listen " + port + ";");
    EXPECT_EQ(std::filesystem::file_size(folder_.file("zeros")), 1U << 20);
}

TEST_F(ServerSession, RunsCommandsInTheServersFolderWithItsPid) {
    run([&]() -> asio::awaitable<void> {
        const target server = shell_server("exec sleep 300");
        const auto session = co_await started(server);
        const launch_spec spec = session->setup().command_spec({"stop", "${pid}"});
        EXPECT_THAT(spec.argv,
                    testing::ElementsAre("stop", std::to_string(session->process()->pid())));
        EXPECT_EQ(spec.working_folder, folder_.path());
        EXPECT_TRUE(co_await session->end(soon()));
    });
}

TEST_F(ServerSession, EndsTheWholeTreeAlsoWhenItIgnoresSignals) {
    const target server = shell_server("trap '' TERM; sleep 300 & wait");
    start(server, [](server_session& session) {
        const time_point deadline = soon();
        while (session.process()->tree().size() < 2 && clock::now() < deadline) {
        }
        EXPECT_THAT(session.process()->tree(), SizeIs(2));
    });
}

TEST_F(ServerSession, KnowsItsExitAsOftenAsItIsAsked) {
    run([&]() -> asio::awaitable<void> {
        const target server = shell_server("exec sleep 300");
        const auto session = co_await started(server);
        const std::optional<exit_report> still_runs = co_await session->exited(clock::now());
        EXPECT_FALSE(still_runs);
        EXPECT_FALSE(session->process()->send_signal(SIGTERM));
        for (int time = 0; time < 2; ++time) {
            const std::optional<exit_report> exit = co_await session->exited(soon());
            EXPECT_TRUE(exit && to_text(exit->status) == "killed by SIGTERM");
        }
        EXPECT_FALSE(session->running());
        EXPECT_THAT(session->listeners(), IsEmpty());
        EXPECT_THAT(session->take_census(since_start(0)).processes, IsEmpty());
        EXPECT_TRUE(co_await session->end(soon()));
    });
}

TEST_F(ServerSession, PlaysOriginsAndTellsTheServerWhere) {
    // It ends by itself, so that all it says is read.
    target server = shell_server(
        "read -r first < ${origin.web.certificate};"
        "echo ${origin.web} ${origin.web.port} \"$first\"",
        port_source::free);
    server.origins = {{"web", origin_protocol::https, {"a.test"}}};
    std::string where;
    start(server, [&where](server_session& session) {
        const origin_server* const origin = session.origins().find("web");
        ASSERT_NE(origin, nullptr);
        where = to_text(origin->where()) + " " + std::to_string(origin->where().port);
        EXPECT_EQ(session.again()->origins().find("web"), origin);
    });
    EXPECT_EQ(output_, where + " -----BEGIN CERTIFICATE-----\n");
}

}  // namespace
}  // namespace stormdrain
