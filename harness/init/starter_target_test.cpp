#include "harness/init/starter_target.hpp"

#include "harness/plan/readers/target_reader.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <fstream>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

stop_trial ended_by(int signal, int native_status) {
    stop_trial seen;
    seen.signal = signal;
    seen.exit = exit_status{native_status};
    seen.took = 3ms;
    return seen;
}

stop_trial not_ended_by(int signal) {
    stop_trial seen;
    seen.signal = signal;
    return seen;
}

found_server plain_server() {
    found_server found;
    found.name = "my_server";
    found.launch.argv = {"${target_folder}/my-server", "--port", "${port.http}"};
    found.ports = {{"http", 0, spoken_protocol::http, "HTTP/1.1: GET / was answered with 200"}};
    found.main_port = "http";
    found.route = found_route{};
    found.stops = {ended_by(SIGTERM, 0), not_ended_by(SIGINT)};
    found.origin = "my_server: written by stormdrain init";
    found.confirm = "read it, then remove this line";
    return found;
}

// What the strict reader makes of the text; the test has failed when it complains.
std::shared_ptr<const target> read(const found_server& found) {
    const temporary_folder folder;
    const std::string path = folder.file("target.json");
    std::ofstream(path) << target_text(found);
    std::vector<problem> problems;
    auto server = read_target(path, problems);
    for (const problem& one : problems) {
        ADD_FAILURE() << to_text(one) << "\n" << target_text(found);
    }
    return server;
}

TEST(StarterTarget, IsWhatTheReaderTakes) {
    const auto server = read(plain_server());
    ASSERT_NE(server, nullptr);
    EXPECT_EQ(server->name, "my_server");
    EXPECT_THAT(server->argv.front(), testing::EndsWith("/my-server"));
    EXPECT_EQ(server->ports.at("http").speaks, port_protocol::http);
    EXPECT_EQ(server->ports.at("http").source, port_source::free);
    EXPECT_EQ(server->routes.at("small").path, "/");
    const stop_mode& stop = server->stop.at("graceful");
    EXPECT_EQ(stop.trigger.signal, SIGTERM);
    EXPECT_EQ(stop.promises.exit_within, 1s);
    EXPECT_EQ(stop.promises.unconfirmed, "read it, then remove this line");
    EXPECT_EQ(stop.promises.in_flight, in_flight_promise::complete);
    EXPECT_THAT(stop.promises.exit_status, ElementsAre(legal_exit{}));
}

TEST(StarterTarget, SaysEveryStopThatWasTried) {
    EXPECT_THAT(target_text(plain_server()), AllOf(HasSubstr("// SIGTERM: exit 0 after 3 ms."),
                                                   HasSubstr("// SIGINT: it goes on; killed.")));
}

TEST(StarterTarget, TakesTheFirstSignalThatEndsTheServer) {
    found_server found = plain_server();
    found.stops = {not_ended_by(SIGTERM), ended_by(SIGINT, 3 << 8), ended_by(SIGQUIT, 0)};
    const auto server = read(found);
    ASSERT_NE(server, nullptr);
    EXPECT_EQ(server->stop.at("graceful").trigger.signal, SIGINT);
    EXPECT_EQ(server->stop.at("graceful").promises.exit_status.front().number, 3);
}

TEST(StarterTarget, NothingIsDemandedOfWhoDiesOfTheSignal) {
    found_server found = plain_server();
    found.stops = {ended_by(SIGTERM, SIGTERM)};
    const auto server = read(found);
    ASSERT_NE(server, nullptr);
    const contract& promises = server->stop.at("graceful").promises;
    EXPECT_EQ(promises.in_flight, in_flight_promise::truncate);
    EXPECT_THAT(promises.exit_status, ElementsAre(legal_exit{legal_exit::kind::signal, SIGTERM}));
    EXPECT_THAT(assumptions_of(found), ElementsAre(HasSubstr("truncate"), HasSubstr("timeout")));
}

TEST(StarterTarget, SaysWhenNoSignalEndsTheServer) {
    found_server found = plain_server();
    found.stops = {not_ended_by(SIGTERM), not_ended_by(SIGINT), not_ended_by(SIGQUIT)};
    EXPECT_THAT(target_text(found), HasSubstr("No signal ends it"));
    EXPECT_NE(read(found), nullptr);
}

TEST(StarterTarget, KeepsEnvironmentFolderAndStrangeWords) {
    found_server found = plain_server();
    found.launch.argv = {"server", "a \"b\" \\ \n", "${port.http}"};
    found.launch.environment = {{"PORT", "${port.http}"}};
    found.working_folder = "${target_folder}";
    const auto server = read(found);
    ASSERT_NE(server, nullptr);
    EXPECT_THAT(server->argv, ElementsAre("server", "a \"b\" \\ \n", "${port.http}"));
    ASSERT_EQ(server->environment.size(), 1U);
    EXPECT_EQ(server->environment.front().second, "${port.http}");
    EXPECT_EQ(server->working_folder, "${target_folder}");
}

TEST(StarterTarget, RendersTemplates) {
    const temporary_folder folder;
    const std::string path = folder.file("s.conf.in");
    std::ofstream(path) << "listen ${port.http}";
    found_server found = plain_server();
    found.launch.argv = {"server"};
    found.launch.files = {{"s.conf", path, path, "listen ${port.http}"}};
    const auto server = read(found);
    ASSERT_NE(server, nullptr);
    EXPECT_THAT(server->files, ElementsAre(rendered_file{"s.conf", "listen ${port.http}"}));
    found.launch.files.front().written = "${target_folder}/etc/s.conf.in";
    EXPECT_THAT(target_text(found), HasSubstr(R"("files": {"s.conf": "./etc/s.conf.in"})"));
    const target first = first_target(found.launch, {"http"}, "", "x");
    EXPECT_THAT(first.files, ElementsAre(rendered_file{"s.conf", "listen ${port.http}"}));
}

TEST(StarterTarget, APortOfItsOwnIsFixed) {
    found_server found = plain_server();
    found.launch.argv = {"server"};
    found.ports = {{"http", 8080, spoken_protocol::http, "x"}, {"tcp", 8081}};
    const auto server = read(found);
    ASSERT_NE(server, nullptr);
    EXPECT_EQ(server->ports.at("http").source, port_source::fixed);
    EXPECT_EQ(server->ports.at("tcp").number, 8081);
    EXPECT_EQ(server->ready_port, "http");
    EXPECT_THAT(target_text(found), HasSubstr("two cycles cannot run at the same time"));
    EXPECT_THAT(assumptions_of(found), testing::Contains(HasSubstr("as soon as it listens")));
}

TEST(StarterTarget, APortIsAskedWhereItListens) {
    found_server found = plain_server();
    EXPECT_THAT(target_text(found), Not(HasSubstr("address")));
    found.ports.front().address = "::1";
    const auto server = read(found);
    ASSERT_NE(server, nullptr);
    EXPECT_EQ(server->ports.at("http").address, "::1");
}

TEST(StarterTarget, ARouteMayHaveAnyStatus) {
    found_server found = plain_server();
    found.route = found_route{"/", 404};
    const auto server = read(found);
    ASSERT_NE(server, nullptr);
    EXPECT_EQ(server->routes.at("small").expected_status, 404);
}

TEST(StarterTarget, ARawServerHasNoRoutes) {
    found_server found = plain_server();
    found.ports.front() = {"http", 0, spoken_protocol::other, "raw TCP"};
    found.route.reset();
    const auto server = read(found);
    ASSERT_NE(server, nullptr);
    EXPECT_EQ(server->ports.at("http").speaks, port_protocol::tcp);
    EXPECT_THAT(target_text(found), Not(HasSubstr("routes")));
}

TEST(StarterTarget, TlsWithoutHttpIsRawBehindAHandshake) {
    found_server found = plain_server();
    found.ports.front() = {"http", 0, spoken_protocol::http2_over_tls, "x"};
    found.route.reset();
    const auto server = read(found);
    ASSERT_NE(server, nullptr);
    EXPECT_EQ(server->ports.at("http").speaks, port_protocol::tls);
}

TEST(StarterTarget, ACertificateOfItsOwnIsNotVerified) {
    found_server found = plain_server();
    found.ports.front() = {"http", 0, spoken_protocol::https, "x", true};
    const auto server = read(found);
    ASSERT_NE(server, nullptr);
    EXPECT_FALSE(server->tls.verify);
    EXPECT_EQ(server->ports.at("http").speaks, port_protocol::https);
}

TEST(StarterTarget, ASlowStartIsGivenTime) {
    found_server found = plain_server();
    found.until_listening = 8s;
    const auto server = read(found);
    ASSERT_NE(server, nullptr);
    EXPECT_EQ(server->promises.start_within, 24s);
}

TEST(StarterTarget, PortsWithoutANameAreNamedAfterWhatTheySpeak) {
    std::vector<found_port> ports{{"", 0, spoken_protocol::https},
                                  {"", 80, spoken_protocol::http},
                                  {"", 81, spoken_protocol::http},
                                  {"http_2", 0, spoken_protocol::http},
                                  {"", 82, spoken_protocol::http2}};
    name_ports(ports);
    std::vector<std::string> names;
    for (const found_port& port : ports) {
        names.push_back(port.name);
    }
    EXPECT_THAT(names, ElementsAre("https", "http", "http_3", "http_2", "tcp"));
}

TEST(StarterTarget, TheFirstStartKnowsOnlyTheAskedPorts) {
    const launch_words words{{"s", "${port.port}"}, {{"A", "b"}}};
    const target made = first_target(words, {"port"}, "${target_folder}", "/x/t.json");
    EXPECT_EQ(made.argv, words.argv);
    EXPECT_EQ(made.file, "/x/t.json");
    EXPECT_EQ(made.working_folder, "${target_folder}");
    EXPECT_EQ(made.ports.at("port").source, port_source::free);
    EXPECT_TRUE(first_target(words, {}, "", "x").ports.empty());
}

}  // namespace
}  // namespace stormdrain
