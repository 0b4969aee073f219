#include "harness/plan/readers/target_reader.hpp"

#include "harness/plan/readers/target_fixture.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::NotNull;
using testing::Optional;
using testing::Pair;

TEST_F(TargetReader, NeedsTenLinesOnly) {
    const auto server = read(R"({
        "stormdrain": 1,
        "name": "mine",
        "launch": {"argv": ["./server", "--port", "${port.web}"]},
        "ports": {"web": {"speaks": "http"}}
    })");
    ASSERT_THAT(without_file(problems_), IsEmpty());
    EXPECT_THAT(server->argv, ElementsAre(folder_.file("server"), "--port", "${port.web}"));
    EXPECT_THAT(server->routes, ElementsAre(Pair("small", route{})));
    EXPECT_THAT(server->stop, ElementsAre(Pair("graceful", stop_mode{})));
    EXPECT_EQ(server->promises, running_contract{});
    EXPECT_EQ(server->lifecycle, target_lifecycle::process);
    EXPECT_EQ(server->ready_route, "small");
    EXPECT_EQ(server->ready_port, "web");
    EXPECT_EQ(server->ports.at("web"), target_port{});
}

TEST_F(TargetReader, RefusesRestartsThatCouldNeverBeSeen) {
    const auto server = read(R"({
        "stormdrain": 1,
        "name": "mine",
        "lifecycle": "in_process",
        "launch": {"argv": ["./server"]},
        "ports": {"web": {"speaks": "http", "source": "inherit"}}
    })");
    EXPECT_EQ(server, nullptr);
    EXPECT_THAT(
        without_file(problems_),
        ElementsAre("4:22 /lifecycle: expected 'process' for a target with 'inherit' ports, "
                    "got 'in_process'"));
}

TEST_F(TargetReader, AnUnnamedCertificateNeedsNoVerification) {
    const auto server = read(R"({
        "stormdrain": 1,
        "name": "mine",
        "launch": {"argv": ["./server"]},
        "ports": {"web": {"speaks": "https"}},
        "tls": {"verify": false}
    })");
    ASSERT_THAT(without_file(problems_), IsEmpty());
    EXPECT_FALSE(server->tls.verify);
    EXPECT_EQ(server->tls.certificate_path, "");
}

TEST_F(TargetReader, ReadsHowToLaunch) {
    const auto server = read(good_target);
    ASSERT_THAT(without_file(problems_), IsEmpty());
    EXPECT_EQ(server->argv.front(), "nginx");  // to be looked up in PATH
    EXPECT_EQ(server->version_argv.front(), folder_.file("sbin/nginx"));
    EXPECT_THAT(server->environment, ElementsAre(Pair("MALLOC_CHECK_", Optional(std::string("3"))),
                                                 Pair("PATH_INFO", std::nullopt)));
    EXPECT_EQ(server->working_folder, folder_.file("run"));
    EXPECT_THAT(server->files, ElementsAre(rendered_file{"nginx.conf", "listen ${port.http};"}));
    EXPECT_EQ(server->limits, (process_limits{4096, 0, std::uint64_t{4} << 30}));
    EXPECT_EQ(server->exit_watch, exit_watch_choice::ptrace);
    ASSERT_TRUE(server->hang_dump.has_value());
    EXPECT_EQ(server->hang_dump->signal, SIGABRT);
    EXPECT_TRUE(server->hang_core);
    EXPECT_EQ(server->ports.at("http"),
              (target_port{port_protocol::http, port_source::inherit, 0}));
    EXPECT_EQ(server->ports.at("https"),
              (target_port{port_protocol::https, port_source::fixed, 8443, true}));
    EXPECT_EQ(server->tls,
              (target_tls{folder_.file("cert.pem"), "/etc/key.pem", false, tls_version::tls_1_3}));
    EXPECT_EQ(server->ready_route, "status");
    EXPECT_EQ(server->promises.start_within, 3s);
}

TEST_F(TargetReader, ReadsWhatItPromises) {
    const auto server = read(good_target);
    ASSERT_THAT(server, NotNull());
    EXPECT_EQ(server->routes.at("status").path, "/status?full");
    EXPECT_EQ(server->routes.at("upload"), (route{"POST", "/echo", 65536, {{"X-A", "b"}}, 201}));
    EXPECT_EQ(server->lifecycle, target_lifecycle::process);
    EXPECT_EQ(server->quit_signal, SIGQUIT);
    running_contract running;
    running.start_within = 3s;
    running.release_within = 2s;
    running.request_timeout = 20s;
    running.keep_alive_timeout = 75s;
    running.requests_per_connection_max = 1000;
    running.output_alarms = {"panic"};
    running.defer_accept = true;
    running.at_descriptor_limit = descriptor_limit_promise::exit;
    running.backlog = 511;
    EXPECT_EQ(server->promises, running);
    EXPECT_EQ(server->stop.at("graceful"), stop_mode{});
    EXPECT_EQ(server->stop.at("fast").trigger.signal, SIGINT);
    const stop_mode& drain = server->stop.at("drain");
    EXPECT_EQ(drain.trigger.how, stop_trigger::kind::request);
    EXPECT_EQ(drain.trigger.port, "https");
    EXPECT_EQ(drain.trigger.request, (route{"POST", "/quit", 0, {}, 200}));
    contract promised;
    promised.exit_within = 1s;
    promised.exit_within_while = {{held_condition::stalled_reader, {}},
                                  {held_condition::in_flight, {5s}}};
    promised.in_flight = in_flight_promise::truncate;
    promised.listener = listener_promise::lame_duck;
    promised.half_close = half_close_promise::respond;
    promised.exit_status = {{legal_exit::kind::code, 0}, {legal_exit::kind::signal, SIGTERM}};
    promised.exit_status_after_second_signal.emplace({legal_exit{legal_exit::kind::code, 1}});
    promised.connections_at_exit = connections_promise::closed;
    promised.drain_statuses = {503};
    promised.drains_backlog = true;
    promised.unconfirmed = "measured";
    EXPECT_EQ(drain.promises, promised);
    const contract gentle = server->stop.at("gentle").promises;
    EXPECT_EQ(gentle.idle_keep_alive, idle_promise::close_now);
    EXPECT_EQ(gentle.becomes_idle, becomes_idle_promise::close);
    EXPECT_EQ(gentle.upgrade, upgrade_promise::abrupt);
    EXPECT_EQ(gentle.second_signal, second_signal_promise::force);
    EXPECT_TRUE(gentle.announces_close);
    const legal_exit with_clients{legal_exit::kind::code, 1, {exit_circumstance::connections_open}};
    EXPECT_EQ(gentle.exit_status, (std::vector{legal_exit{}, with_clients}));
    EXPECT_THAT(server->stop.at("script").trigger.argv,
                ElementsAre(folder_.file("stop"), "${pid}"));
    EXPECT_EQ(server->stop.at("line").trigger.how, stop_trigger::kind::input);
    EXPECT_EQ(server->stop.at("line").trigger.line, "quit\n");
    EXPECT_TRUE(stops_by_input(*server));
}

TEST_F(TargetReader, SaysEverythingAtOnceInTheOrderOfTheFile) {
    EXPECT_EQ(read(R"({"prots": 1,
"name": 2})"),
              nullptr);
    EXPECT_THAT(without_file(problems_),
                ElementsAre("1:1: required key 'stormdrain' is missing; expected 1",
                            "1:1: required key 'ports' is missing; expected an object such as "
                            "{'http': {'speaks': 'http'}}",
                            "1:1: required key 'launch' is missing; expected an object such as "
                            "{'argv': ['./server']}",
                            "1:2 /prots: unknown key 'prots'; did you mean 'ports'?",
                            "2:9 /name: expected text, got number 2"));
}

}  // namespace
}  // namespace stormdrain
