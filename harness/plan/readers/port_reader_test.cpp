#include "harness/plan/readers/port_reader.hpp"

#include "harness/config/document_fixture.hpp"
#include "harness/plan/readers/route_reader.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class PortReader : public document_fixture {
protected:
    target read(std::string_view text) {
        problems_.clear();
        object_reader root = root_of(text);
        target server;
        server.ports = read_ports(root);
        server.routes = read_routes(root);
        fit_routes_to_ports(root, server);
        return server;
    }
};

TEST_F(PortReader, TakesEveryProtocol) {
    const target server = read(
        R"({"ports": {"a": {"speaks": "http"}, "b": {"speaks": "https", "number": 8443},
            "c": {"speaks": "tcp", "source": "inherit"}, "d": {"speaks": "tls"}}})");
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_THAT(server.ports,
                ElementsAre(Pair("a", target_port{}),
                            Pair("b", target_port{port_protocol::https, port_source::fixed, 8443}),
                            Pair("c", target_port{port_protocol::tcp, port_source::inherit, 0}),
                            Pair("d", target_port{port_protocol::tls, port_source::free, 0})));
}

TEST_F(PortReader, ReadsWhereHttp2IsSpoken) {
    const target server =
        read(R"({"ports": {"a": {"speaks": "https", "http2": true}, "b": {"speaks": "http"}}})");
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_TRUE(server.ports.at("a").http2);
    EXPECT_FALSE(server.ports.at("b").http2);
    read(R"({"ports": {"a": {"speaks": "tls", "http2": true}}, "routes": {"x": {"script": []}}})");
    EXPECT_THAT(problems(),
                testing::Contains("f.json:1:44 /ports/a/http2: expected it of a port that speaks "
                                  "\"http\" or \"https\""));
}

TEST_F(PortReader, ReadsWhereAServerListens) {
    const target server = read(
        R"({"ports": {"a": {"speaks": "http", "address": "::1"}, "b": {"speaks": "http"},
            "c": {"speaks": "https", "unix": "run/server.sock"}}})");
    EXPECT_THAT(problems(), IsEmpty());
    EXPECT_EQ(server.ports.at("a").address, "::1");
    EXPECT_EQ(server.ports.at("b").address, "127.0.0.1");
    EXPECT_EQ(server.ports.at("b").unix_path, "");
    EXPECT_EQ(server.ports.at("c").unix_path, "run/server.sock");
}

TEST_F(PortReader, SaysWhatIsNoPlaceToListen) {
    read(R"({"ports": {"a": {"speaks": "http", "address": "localhost"}}})");
    EXPECT_THAT(problems(), ElementsAre("f.json:1:47 /ports/a/address: expected an address such as "
                                        "\"127.0.0.1\" or \"::1\""));
    read(R"({"ports": {"a": {"speaks": "http", "unix": "a.sock", "number": 80}}})");
    EXPECT_THAT(problems(), ElementsAre("f.json:1:64 /ports/a/number: expected it of TCP ports: "
                                        "\"unix\" is a path"));
    read(R"({"ports": {"a": {"speaks": "http", "unix": ""}}})");
    EXPECT_THAT(problems(), ElementsAre("f.json:1:44 /ports/a/unix: expected a path such as "
                                        "\"server.sock\""));
}

TEST_F(PortReader, LetsOnlyHttpHaveARouteThatNobodyNamed) {
    EXPECT_TRUE(read(R"({"ports": {"a": {"speaks": "http"}}})").routes.contains("small"));
    EXPECT_THAT(read(R"({"ports": {"a": {"speaks": "tcp"}}})").routes, IsEmpty());
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(PortReader, WantsEachRouteToGoOverSomePort) {
    read(R"({"ports": {"a": {"speaks": "tcp"}}, "routes": {"small": "/"}})");
    EXPECT_THAT(problems(), ElementsAre("f.json:1:57 /routes/small: expected a script: no port of "
                                        "the target speaks \"http\" or \"https\""));
    read(R"({"ports": {"a": {"speaks": "https"}},
"routes": {"large": {"script": [{"expect": "a"}]}}})");
    EXPECT_THAT(problems(), ElementsAre("f.json:2:21 /routes/large: expected no script: no port of "
                                        "the target speaks \"tcp\" or \"tls\""));
    read(R"({"ports": {"a": {"speaks": "http"}, "b": {"speaks": "tls"}},
"routes": {"small": "/", "large": {"script": [{"expect": "a"}]}}})");
    EXPECT_THAT(problems(), IsEmpty());
}

}  // namespace
}  // namespace stormdrain
