#include "harness/plan/target.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const variables values{{"port.http", "8080"}, {"folder", "/f"}, {"odd", "${folder}"}};

TEST(PortMeant, IsARawOneWhereNoneSpeaksHttp) {
    target server;
    server.ports = {{"control", {port_protocol::tls}}, {"redis", {port_protocol::tcp}}};
    EXPECT_TRUE(is_raw(server));
    EXPECT_EQ(port_meant(server, "http"), "redis");
    EXPECT_EQ(port_meant(server, "https"), "control");
    EXPECT_EQ(port_meant(server, "control"), "control");
    EXPECT_EQ(port_meant(server, "other"), "");
    EXPECT_THAT(port_names(server), ElementsAre(Pair("control", "control"), Pair("http", "redis"),
                                                Pair("https", "control"), Pair("redis", "redis")));
    server.ports["web"] = {port_protocol::https};
    EXPECT_FALSE(is_raw(server));
    EXPECT_EQ(port_meant(server, "http"), "");
    EXPECT_EQ(port_meant(server, "redis"), "redis");
}

TEST(GoesOver, KeepsScriptsToRawPorts) {
    route asked;
    EXPECT_TRUE(goes_over(asked, port_protocol::http));
    EXPECT_TRUE(goes_over(asked, port_protocol::https));
    EXPECT_FALSE(goes_over(asked, port_protocol::tcp));
    asked.talk = script{};
    EXPECT_FALSE(goes_over(asked, port_protocol::http));
    EXPECT_TRUE(goes_over(asked, port_protocol::tls));
}

TEST(Expand, ReplacesKnownVariables) {
    EXPECT_EQ(expand("${folder}/x:${port.http}${port.http}", values).text, "/f/x:80808080");
    EXPECT_EQ(expand("", values).text, "");
    EXPECT_THAT(expand("${folder}", values).unknown, IsEmpty());
}

TEST(Expand, LeavesUnknownOnesAndNamesThem) {
    const expansion result = expand("a${x}b${folder}${}c", values);
    EXPECT_EQ(result.text, "a${x}b/f${}c");
    EXPECT_THAT(result.unknown, ElementsAre("x", ""));
}

TEST(Expand, NeitherRepeatsNorStumbles) {
    EXPECT_EQ(expand("${odd}", values).text, "${folder}");  // values are not expanded again
    EXPECT_EQ(expand("$folder $$ ${folder", values).text, "$folder $$ ${folder");
    EXPECT_EQ(expand("}${folder}}", values).text, "}/f}");
}

}  // namespace
}  // namespace stormdrain
