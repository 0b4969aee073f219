#include "harness/plan/readers/route_reader.hpp"

#include "harness/config/document_fixture.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

using RouteReader = document_fixture;

TEST_F(RouteReader, TakesPathsAndObjects) {
    object_reader root =
        root_of(R"({"routes": {"large": "/l", "upload": {"method": "PUT", "body": "1KiB"}}})");
    EXPECT_THAT(read_routes(root),
                ElementsAre(Pair("large", route{"GET", "/l", 0, {}, 200}), Pair("small", route{}),
                            Pair("upload", route{"PUT", "/", 1024, {}, 200})));
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(RouteReader, RefusesFieldsThatTheHarnessWritesItself) {
    object_reader root = root_of(
        R"({"a": {"headers": {"content-length": "5"}}, "b": {"headers": {"Connection": "close"}},
            "c": {"headers": {"Transfer-Encoding": "chunked"}},
            "d": {"headers": {"Connection": "Upgrade", "Upgrade": "echo"}}})");
    for (const char* key : {"a", "b", "c"}) {
        object_reader keys = root.object(key).value();
        problems_.clear();
        read_route(keys);
        EXPECT_EQ(problems_.size(), 1U) << key;
    }
    object_reader tunnel = root.object("d").value();
    problems_.clear();
    EXPECT_EQ(read_route(tunnel).headers.size(), 2U);
    EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(RouteReader, TakesFinalStatusesAndSwitchingProtocols) {
    object_reader root = root_of(
        R"({"a": {"status": 101}, "b": {"status": 599},
            "c": {"status": 100}, "d": {"status": 103}})");
    for (const char* key : {"a", "b", "c", "d"}) {
        object_reader keys = root.object(key).value();
        problems_.clear();
        read_route(keys);
        EXPECT_EQ(problems_.size(), key[0] < 'c' ? 0U : 1U) << key;
    }
}

TEST_F(RouteReader, LetsNothingSplitTheRequest) {
    object_reader root = root_of(
        R"({"a": {"path": "/x HTTP/1.1\r\nX: y"}, "b": {"method": "GET /y"},
            "c": {"headers": {"A\r\nB": "c"}}, "d": {"headers": {"A": "b\nC: d"}}})");
    for (const char* key : {"a", "b", "c", "d"}) {
        object_reader keys = root.object(key).value();
        problems_.clear();
        read_route(keys);
        EXPECT_EQ(problems_.size(), 1U) << key;
    }
}

}  // namespace
}  // namespace stormdrain
