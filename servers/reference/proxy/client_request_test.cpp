// How a request is rewritten for the origin, and whose connection it may go out on.

#include "servers/reference/proxy/client_request.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>

namespace reference::proxy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::optional<client_request> made_of(const std::string& text) {
    const head_result parsed = parse_head(text, {});
    EXPECT_EQ(parsed.state, head_state::complete) << text;
    return make_client_request(parsed.head, text.substr(0, parsed.bytes), "127.0.0.1:8080");
}

std::optional<origin_identity> identity_for(const std::string& host) {
    const auto made = made_of("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    return made ? std::optional(made->wanted) : std::nullopt;
}

TEST(ClientRequest, NamesTheHostWithoutItsPortAndInLowerCase) {
    const origin_identity name = {.host = "a.test", .sni = "a.test"};
    for (const std::string host : {"a.test", "A.Test", "a.test:8443", "a.test.", "a.test.:1"}) {
        EXPECT_EQ(identity_for(host), name) << host;
    }
}

TEST(ClientRequest, SendsNoSniForAnAddress) {
    const origin_identity version_4 = {.host = "10.0.0.1", .sni = {}};
    const origin_identity version_6 = {.host = "::1", .sni = {}};
    EXPECT_EQ(identity_for("10.0.0.1:80"), version_4);
    EXPECT_EQ(identity_for("[::1]"), version_6);
    EXPECT_EQ(identity_for("[::1]:80"), version_6);
}

TEST(ClientRequest, IsNoneForAHostThatCannotBeOne) {
    for (const std::string host : {"", ":80", "a/b", "a b", "a:b", "user@a", "[::1", "[a]"}) {
        EXPECT_EQ(identity_for(host), std::nullopt) << host;
    }
}

TEST(ClientRequest, PrefersTheAuthorityOfItsTarget) {
    const auto made = made_of("GET http://b.test:1/x?y HTTP/1.1\r\nHost: a.test\r\n\r\n");
    ASSERT_TRUE(made);
    EXPECT_EQ(made->wanted.sni, "b.test");
    EXPECT_THAT(made->text, StartsWith("GET /x?y HTTP/1.1\r\nHost: b.test:1\r\n"));
    EXPECT_THAT(made->text, Not(HasSubstr("a.test")));
    const auto query = made_of("GET http://b.test?y HTTP/1.1\r\nHost: a.test\r\n\r\n");
    ASSERT_TRUE(query);
    EXPECT_THAT(query->text, StartsWith("GET /?y HTTP/1.1\r\n"));
}

TEST(ClientRequest, IsForTheOriginItselfWhenItNamesNoHost) {
    const auto made = made_of("\r\nGET / HTTP/1.0\r\n\r\n");
    ASSERT_TRUE(made);
    EXPECT_EQ(made->text, "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nVia: 1.1 stormdrain\r\n\r\n");
}

TEST(ClientRequest, LeavesBehindWhatIsForOneHop) {
    const auto made = made_of(
        "POST / HTTP/1.1\r\nHost: a.test\r\nConnection: close, X-One\r\nX-One: 1\r\nx-two: 2\r\n"
        "Keep-Alive: 5\r\nProxy-Connection: close\r\nTE: trailers\r\nTrailer: X\r\n"
        "Upgrade: h2c\r\nTransfer-Encoding: chunked\r\nVia: 1.0 other\r\n\r\n");
    ASSERT_TRUE(made);
    EXPECT_EQ(made->text,
              "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nx-two: 2\r\n"
              "Via: 1.0 other\r\nVia: 1.1 stormdrain\r\n\r\n");
}

// A hop-by-hop list must not strip what says where the message ends, or for whom it is.
TEST(ClientRequest, KeepsHostAndLengthWhateverConnectionNames) {
    const auto made = made_of(
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n"
        "Connection: host, content-length\r\n\r\n");
    ASSERT_TRUE(made);
    EXPECT_THAT(made->text, HasSubstr("\r\nHost: a.test\r\nContent-Length: 3\r\n"));
}

TEST(ClientRequest, MayBeRepeatedWhenIdempotentAndWithoutABody) {
    const std::string host = " / HTTP/1.1\r\nHost: a.test\r\n";
    EXPECT_TRUE(made_of("GET" + host + "\r\n")->may_be_repeated());
    EXPECT_TRUE(made_of("DELETE" + host + "\r\n")->may_be_repeated());
    EXPECT_FALSE(made_of("POST" + host + "\r\n")->may_be_repeated());
    EXPECT_FALSE(made_of("PUT" + host + "Content-Length: 1\r\n\r\n")->may_be_repeated());
}

}  // namespace
}  // namespace reference::proxy
