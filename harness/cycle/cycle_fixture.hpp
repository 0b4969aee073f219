#pragma once
// For tests that run servers as cycles do: everything that cycles share, servers that are a shell
// script or the reference build, and scenarios for them.

#include "harness/cycle/run_environment.hpp"
#include "harness/cycle/server_session.hpp"
#include "harness/plan/plan.hpp"
#include "harness/testing/io_fixture.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace stormdrain {

class cycle_fixture : public io_fixture {
protected:
    // Generous: a loaded machine must not fail a test, and no passing test comes near it.
    static time_point soon() { return clock::now() + std::chrono::seconds(10); }

    // A script with a listening socket from the harness, for a shell cannot make one: it "serves"
    // as soon as it runs. With a free port instead it never does.
    static target shell_server(std::string script, port_source source = port_source::inherit) {
        target made;
        made.name = "shell";
        made.file = "shell.json";
        made.argv = {"/bin/sh", "-c", std::move(script)};
        made.ports["raw"] = {port_protocol::tcp, source};
        made.ready_port = "raw";
        made.stop["graceful"].promises.exit_within = duration::zero();  // and the slack
        made.promises.start_within = duration::zero();
        return made;
    }

    // The same for scripts that have something to prepare: they make a file `ready`, and only then
    // get their SIGTERM.
    static target ready_shell_server(std::string script) {
        target made = shell_server(std::move(script));
        stop_trigger& trigger = made.stop["graceful"].trigger;
        trigger.how = stop_trigger::kind::command;
        trigger.argv = {"/bin/sh", "-c", "until test -e ready; do :; done; kill -TERM ${pid}"};
        return made;
    }

    static target reference_server() {
        target made;
        made.name = "reference";
        made.file = "reference.json";
        made.argv = {SERVER_REFERENCE,
                     "--http",
                     "127.0.0.1:${port.http}",
                     "--https",
                     "127.0.0.1:${port.https}",
                     "--certificate",
                     "${tls.certificate}",
                     "--key",
                     "${tls.key}",
                     "--drain-deadline",
                     "1s"};
        made.ports["http"] = {};
        made.ports["https"].speaks = port_protocol::https;
        made.ready_port = "http";
        made.routes["small"].path = "/";
        made.routes["large"].path = "/bytes/8388608";
        made.routes["delayed"].path = "/delay/50";
        made.stop["graceful"].promises.exit_within = std::chrono::seconds(2);
        made.promises.release_within = std::chrono::seconds(2);
        return made;
    }

    static planned_scenario planned(target server, scenario what) {
        suite from;
        from.name = "tests";
        what.name = "scenario";
        from.scenarios.push_back(std::move(what));
        planned_scenario made;
        made.id = server.name + "/tests/scenario";
        made.server = std::make_shared<const target>(std::move(server));
        made.from = std::make_shared<const suite>(std::move(from));
        made.cycles = {0};
        return made;
    }

    std::unique_ptr<server_session> session_of(const target& server) {
        return std::make_unique<server_session>(
            executor(), server_session::options{environment_, server, nullptr, folder_.path()});
    }

    // Starts the server; the test has failed when it does not serve.
    boost::asio::awaitable<std::unique_ptr<server_session>> started(const target& server) {
        std::unique_ptr<server_session> session = session_of(server);
        start_record record;
        const bool serves = co_await session->start(cycle_clock(), record);
        EXPECT_TRUE(serves) << record.failure;
        co_return session;
    }

    guard guard_;
    port_reserver ports_;
    temporary_folder folder_;
    run_environment environment_{guard_, ports_,
                                 std::filesystem::path(SERVER_REFERENCE).parent_path().string(),
                                 make_certificate(folder_.path())};
};

}  // namespace stormdrain
