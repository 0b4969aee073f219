#include "harness/plan/readers/load_reader.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using LoadReader = document_fixture;

TEST_F(LoadReader, KeepsTheDefaultsOfTheProfile) {
    object_reader root = root_of("{}");
    EXPECT_EQ(read_load(root), load_profile{});
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(LoadReader, ReadsWhereClientsComeFromAndHowTheyShakeHands) {
    object_reader root = root_of(R"({"routes": ["a", "b"], "timeout": "2s", "sources": 50,
                                     "tls": {"version": "1.2", "resume": true}})");
    const load_profile load = read_load(root);
    EXPECT_THAT(load.routes, ElementsAre("a", "b"));
    EXPECT_EQ(load.request_timeout, std::chrono::seconds(2));
    EXPECT_EQ(load.sources_count, 50U);
    EXPECT_EQ(load.tls.version, tls_version::tls_1_2);
    EXPECT_TRUE(load.tls.resumes);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(LoadReader, ReadsHowManyStreamsAConnectionHas) {
    object_reader root = root_of(R"({"protocol": "h2c", "streams_per_connection": 32})");
    const load_profile load = read_load(root);
    EXPECT_EQ(load.protocol, load_protocol::h2c);
    EXPECT_EQ(load.streams_per_connection, 32U);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(LoadReader, HasNoStreamsInHttp1) {
    object_reader root = root_of(R"({"streams_per_connection": 2})");
    read_load(root);
    EXPECT_THAT(problems(),
                ElementsAre("f.json:1:28 /streams_per_connection: expected it beside "
                            "\"protocol\": \"h2\" or \"h2c\", HTTP/1.1 has no streams"));
}

TEST_F(LoadReader, ReadsALoadOfWebSockets) {
    object_reader root = root_of(R"({"protocol": "websocket", "route": "websocket"})");
    EXPECT_EQ(read_load(root).protocol, load_protocol::websocket);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(LoadReader, SaysEachMessageOfAWebSocketInOneTunnel) {
    object_reader root = root_of(R"({"protocol": "websocket", "routes": ["a", "b"],
                                     "streams_per_connection": 2, "requests_per_connection": 1})");
    read_load(root);
    EXPECT_THAT(problems(),
                ElementsAre(HasSubstr("/streams_per_connection: expected it beside \"protocol\": "
                                      "\"h2\" or \"h2c\", a WebSocket has no streams"),
                            HasSubstr("/routes: expected one route"),
                            HasSubstr("/requests_per_connection: expected none")));
}

TEST_F(LoadReader, ReadsAnOpenLoop) {
    object_reader root = root_of(R"({"rate": "200/s", "ramp": "2s", "clients": 40})");
    const load_profile load = read_load(root);
    EXPECT_EQ(load.open_loop.per_second, 200);
    EXPECT_EQ(load.open_loop.ramp, std::chrono::seconds(2));
    EXPECT_EQ(load.clients_ramp, duration{});
    EXPECT_TRUE(is_open_loop(load));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(LoadReader, ReadsABurst) {
    object_reader root = root_of(R"({"burst": "50ms", "clients": 100})");
    const load_profile load = read_load(root);
    EXPECT_EQ(load.requests_per_client, 1U);
    EXPECT_EQ(load.requests_per_connection, 1U);
    EXPECT_EQ(schedule_of(load).per_second, 2000);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(LoadReader, ReadsARampOfClientsAndAPipeline) {
    object_reader root = root_of(R"({"ramp": "500ms", "pipeline": 8})");
    const load_profile load = read_load(root);
    EXPECT_EQ(load.clients_ramp, std::chrono::milliseconds(500));
    EXPECT_EQ(load.pipeline_depth, 8U);
    EXPECT_FALSE(is_open_loop(load));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(LoadReader, SaysWhatARateIs) {
    for (const char* rate : {"\"fast\"", "\"0/s\"", "\"200\"", "\"200/min\"", "\"2000000/s\""}) {
        object_reader root = root_of("{\"rate\": " + std::string(rate) + "}");
        EXPECT_EQ(read_load(root).open_loop.per_second, 0);
        EXPECT_THAT(problems(),
                    ElementsAre("f.json:1:10 /rate: expected a rate of requests such as "
                                "\"200/s\" from 1/s to 1000000/s, got " +
                                std::string(rate)));
        problems_.clear();
    }
}

TEST_F(LoadReader, RefusesShapesThatContradictEachOther) {
    object_reader paced = root_of(R"({"rate": "5/s", "think_time": "1s", "burst": "1s"})");
    read_load(paced);
    EXPECT_THAT(problems(),
                ElementsAre("f.json:1:31 /think_time: expected none beside \"rate\": when requests "
                            "are due is the rate's to say",
                            HasSubstr("/burst: expected none beside \"rate\""),
                            HasSubstr("/think_time: expected none beside \"burst\"")));
}

TEST_F(LoadReader, RefusesMoreThanOneRequestOfAClientInABurst) {
    object_reader root = root_of(R"({"burst": "1s", "requests": 2, "requests_per_connection": 0,
                                     "pipeline": 2, "ramp": "1s"})");
    read_load(root);
    EXPECT_THAT(problems(), testing::SizeIs(4));
}

TEST_F(LoadReader, HasShapesOfHttp1Only) {
    object_reader root = root_of(R"({"protocol": "h2c", "rate": "5/s", "pipeline": 2})");
    read_load(root);
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("/rate: expected it of a load of HTTP/1.1 only"),
                                        HasSubstr("/pipeline: expected it of a load of HTTP/1.1")));
}

TEST_F(LoadReader, WantsOneRouteOrAList) {
    object_reader both = root_of(R"({"route": "a", "routes": ["b"]})");
    read_load(both);
    EXPECT_THAT(
        problems(),
        ElementsAre("f.json:1:26 /routes: expected either \"route\" or \"routes\", got both"));
}

// No target has a port or a route of such a name: the scenario would be skipped for ever.
TEST_F(LoadReader, WantsNamesOfPortsAndRoutes) {
    object_reader load = root_of(R"({"port": "Http", "route": "up/load"})");
    read_load(load);
    EXPECT_THAT(problems(),
                ElementsAre("f.json:1:10 /port: expected a name of at most 48 characters a-z, 0-9 "
                            "and _, got \"Http\"; did you mean \"http\"?",
                            "f.json:1:27 /route: expected a name of at most 48 characters a-z, "
                            "0-9 and _, got \"up/load\"; did you mean \"up_load\"?"));
    problems_.clear();
    object_reader several = root_of(R"({"routes": ["small", "No"]})");
    read_load(several);
    EXPECT_THAT(problems(),
                ElementsAre("f.json:1:12 /routes: expected names of routes, got \"No\""));
    problems_.clear();
    object_reader fault = root_of(R"({"kind": "origin_reset", "port": "Http", "origin": "Web"})");
    read_fault(fault, "");
    EXPECT_THAT(problems(), ElementsAre(HasSubstr("/port: expected a name of at most"),
                                        HasSubstr("/origin: expected a name of at most")));
    problems_.clear();
    object_reader other = root_of(R"({"kind": "silent_connection", "route": "Small"})");
    read_fault(other, "");
    EXPECT_THAT(problems(), ElementsAre("f.json:1:31 /route: unknown key \"route\""));
}

TEST_F(LoadReader, NamesAFaultByItselfItsObjectOrItsKind) {
    object_reader root =
        root_of(R"({"a": {"kind": "half_close"}, "b": {"kind": "half_close", "name": "fin"}})");
    object_reader plain = root.object("a").value();
    object_reader named = root.object("b").value();
    EXPECT_EQ(read_fault(plain, "").name, "half_close");
    EXPECT_EQ(read_fault(plain, "outer").name, "outer");
    const fault_use use = read_fault(named, "");
    EXPECT_EQ(use.name, "fin");
    EXPECT_EQ(use.kind, "half_close");
    EXPECT_EQ(use.port, "");
    EXPECT_EQ(use.connections_count, 1U);
    EXPECT_EQ(use.share, 0.0);
    EXPECT_EQ(use.what->holds(), held_condition::half_closed);
    EXPECT_EQ(use.settings, R"({"at":"handler","route":"small"})");
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(LoadReader, GivesANamedFaultNoSecondName) {
    object_reader root = root_of(R"({"kind": "half_close", "name": "fin"})");
    read_fault(root, "outer");
    EXPECT_THAT(problems(), ElementsAre("f.json:1:24 /name: unknown key \"name\""));
}

}  // namespace
}  // namespace stormdrain
