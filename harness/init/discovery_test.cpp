#include "harness/init/discovery.hpp"

#include "harness/init/init_fixture.hpp"

#include <csignal>
#include <fstream>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const port_answers http_200 = {{"HTTP/1.1 200 OK\r\n", answer_end::whole}, {}, {}, {}, false};
const port_answers redis = {{"-ERR\r\n", answer_end::whole}, {}, {}, {}, false};
const port_answers nobody = {{"", answer_end::not_connected}, {}, {}, {}, false};

first_look listening_on(std::vector<std::uint16_t> ports) {
    first_look look;
    for (const std::uint16_t port : ports) {
        look.seen.listeners.push_back({port, {"127.0.0.1"}, 7, "server"});
    }
    return look;
}

TEST(TakePorts, NamesAnUnnamedPortAfterWhatItSpeaks) {
    first_look look = listening_on({2001, 2002});
    look.asked = {{"port", 2001}, {"admin", 2002}};
    take_ports(look, {http_200, redis});
    ASSERT_THAT(look.ports, SizeIs(2));
    EXPECT_EQ(look.ports[0].name, "http");
    EXPECT_EQ(look.ports[0].fixed, 0);
    EXPECT_EQ(look.ports[1].name, "admin");
    EXPECT_EQ(look.unnamed, "http");
    EXPECT_EQ(look.main_port, "http");
}

TEST(TakePorts, APortOfTheServersOwnIsFixed) {
    first_look look = listening_on({2001, 2002});
    look.asked = {{"port", 2002}};
    take_ports(look, {http_200, http_200});
    ASSERT_THAT(look.ports, SizeIs(2));
    EXPECT_EQ(look.ports[0].fixed, 2001);
    EXPECT_EQ(look.main_port, look.unnamed) << "the route is looked for where it was asked for";
}

TEST(TakePorts, TheMainPortSpeaksHttpInTheClearIfItMay) {
    first_look look = listening_on({2001, 2002, 2003});
    look.asked = {{"a", 2001}, {"b", 2002}, {"c", 2003}};
    port_answers https = redis;
    https.to_https = {"", {"HTTP/1.1 200 OK\r\n", answer_end::whole}};
    take_ports(look, {redis, https, http_200});
    EXPECT_EQ(look.main_port, "c");
}

TEST(TakePorts, SaysThatSuitesCallPortsByTheirProtocol) {
    first_look look = listening_on({2001});
    look.asked = {{"web", 2001}};
    take_ports(look, {http_200});
    EXPECT_THAT(look.remarks, ElementsAre(HasSubstr("{port:http}")));
    EXPECT_EQ(look.failure(), "");
    look = listening_on({2001});
    look.asked = {{"http", 2001}};
    take_ports(look, {http_200});
    EXPECT_THAT(look.remarks, IsEmpty());
}

TEST(TakePorts, KeepsWhereAPortWasAsked) {
    first_look look = listening_on({2001, 2002});
    look.asked = {{"a", 2001}, {"b", 2002}};
    port_answers on_ipv6 = http_200;
    on_ipv6.address = "::1";
    take_ports(look, {http_200, on_ipv6});
    ASSERT_THAT(look.ports, SizeIs(2));
    EXPECT_EQ(look.ports[0].address, "127.0.0.1");
    EXPECT_EQ(look.ports[1].address, "::1");
}

TEST(TakePorts, LeavesOutWhatNobodyCanReach) {
    first_look look = listening_on({2001});
    look.asked = {{"port", 2001}};
    take_ports(look, {nobody});
    EXPECT_THAT(look.ports, IsEmpty());
    EXPECT_THAT(look.failure(), HasSubstr("takes no connection"));
}

class Discovery : public init_fixture {
protected:
    first_look look_at(discovery_request request) {
        first_look look;
        run(
            [&]() -> boost::asio::awaitable<void> {
                look = co_await look_at_server(environment_, request);
            },
            std::chrono::seconds(100));
        return look;
    }
};

TEST_F(Discovery, FindsARouteOfTheReferenceServer) {
    const first_look look = look_at(request_for(reference()));
    EXPECT_EQ(look.failure(), "");
    EXPECT_EQ(look.working_folder, "");
    ASSERT_THAT(look.ports, SizeIs(1));
    EXPECT_EQ(look.ports.front().speaks, spoken_protocol::http);
    ASSERT_TRUE(look.route.has_value());
    EXPECT_EQ(look.route->path, "/");
    EXPECT_EQ(look.route->status, 200);
}

TEST_F(Discovery, GoesWhereTheCommandWasTypedWhenItsFilesAreThere) {
    std::ofstream(folder_.file("settings")) << "x";
    const std::string program = SERVER_REFERENCE;
    const first_look look = look_at(request_for(
        shell("test -e settings || exit 1; exec " + program + " --http 127.0.0.1:{port}")));
    EXPECT_EQ(look.failure(), "");
    EXPECT_EQ(look.working_folder, "${target_folder}");
}

TEST_F(Discovery, SaysWhyThereIsNoServer) {
    const first_look look = look_at(request_for(shell("echo no database; exit 3")));
    EXPECT_THAT(look.failure(), HasSubstr("no database"));
}

TEST_F(Discovery, TriesEverySignalInAFreshStart) {
    found_server found;
    found.name = "reference";
    found.launch = with_variables({reference(), {}}, "http");
    found.ports = {{"http", 0, spoken_protocol::http, "x"}};
    found.route = found_route{};
    found.confirm = "x";
    const discovery_request request = request_for(reference());
    const target server = target_of(found, request);
    EXPECT_EQ(server.argv.front(), SERVER_REFERENCE);
    EXPECT_EQ(server.file, request.file);
    std::vector<stop_trial> trials;
    run(
        [&]() -> boost::asio::awaitable<void> {
            trials = co_await try_stops(environment_, server, request);
        },
        std::chrono::seconds(100));
    ASSERT_THAT(trials, SizeIs(3));
    EXPECT_EQ(trials[0].signal, SIGTERM);
    EXPECT_TRUE(trials[0].ended()) << trials[0].failure;
    EXPECT_EQ(trials[1].signal, SIGINT);
    EXPECT_EQ(trials[2].signal, SIGQUIT);
}

}  // namespace
}  // namespace stormdrain
