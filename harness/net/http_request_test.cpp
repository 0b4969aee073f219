#include "harness/net/http_request.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

TEST(RequestHead, IsARequestLineAHostAndAnEmptyLine) {
    const route small{.path = "/small"};
    EXPECT_EQ(request_head(small, "127.0.0.1:8080", connection_use::keep_alive),
              "GET /small HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n");
}

TEST(RequestHead, SaysWhenTheConnectionIsForOneRequest) {
    EXPECT_EQ(request_head(route{}, "[::1]:80", connection_use::one_request),
              "GET / HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n");
}

TEST(RequestHead, OfHttp10DoesNotAskToKeepTheConnection) {
    EXPECT_EQ(request_head(route{}, "a", connection_use::http_1_0),
              "GET / HTTP/1.0\r\nHost: a\r\n\r\n");
}

TEST(RequestHead, AnnouncesTheLengthOfABodyThatIsThereOrExpected) {
    const route upload{.method = "POST", .path = "/upload", .body_bytes = 70'000};
    EXPECT_EQ(request_head(upload, "a", connection_use::keep_alive),
              "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n");
    const route empty{.method = "PUT"};
    EXPECT_EQ(request_head(empty, "a", connection_use::keep_alive),
              "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
}

TEST(RequestHead, LetsTheRoutesOwnFieldsWin) {
    const route odd{
        .method = "POST",
        .body_bytes = 5,
        .headers = {
            {"host", "example.org"}, {"Transfer-Encoding", "chunked"}, {"CONNECTION", "upgrade"}}};
    EXPECT_EQ(request_head(odd, "a", connection_use::one_request),
              "POST / HTTP/1.1\r\nhost: example.org\r\nTransfer-Encoding: chunked\r\n"
              "CONNECTION: upgrade\r\n\r\n");
}

TEST(RequestBody, HasTheLengthOfTheRouteAndAPatternThatCounts) {
    EXPECT_EQ(request_body(route{}), "");
    const std::string body = request_body(route{.body_bytes = 1000});
    ASSERT_EQ(body.size(), 1000U);
    EXPECT_EQ(body.substr(0, 10), "0123456789");
    EXPECT_EQ(body.substr(0, 64), body.substr(64, 64));
    EXPECT_EQ(body.find('\n'), 63U);
}

TEST(Idempotence, IsThatOfRfc9110) {
    for (const char* method : {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}) {
        EXPECT_TRUE(is_idempotent(route{.method = method})) << method;
    }
    for (const char* method : {"POST", "PATCH", "CONNECT", "get"}) {
        EXPECT_FALSE(is_idempotent(route{.method = method})) << method;
    }
}

}  // namespace
}  // namespace stormdrain
