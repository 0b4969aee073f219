// HTTP/2 as clients meet it: on the ports of HTTP/1.1, with limits, and at a stop.

#include "servers/reference/response.hpp"
#include "servers/reference/testing/client.hpp"
#include "servers/reference/testing/http2_client.hpp"
#include "servers/reference/testing/launched_server.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <string>
#include <vector>

namespace reference {
namespace {

using testing::certificate_folder;
using testing::client;
using ::testing::HasSubstr;
using testing::http2_client;
using testing::launched_server;
using ::testing::SizeIs;
using testing::window_use;

constexpr std::int32_t every_stream = 0x7fffffff;

// Far longer than the tests wait: whoever needs one of them fails them.
std::vector<std::string> patient(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"--http",
                                          "127.0.0.1:0",
                                          "--drain-deadline",
                                          "1min",
                                          "--settings-timeout",
                                          "1min",
                                          "--body-timeout",
                                          "1min",
                                          "--keep-alive-timeout",
                                          "1min"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

std::string pattern_of(std::size_t bytes) {
    std::string expected;
    while (expected.size() < bytes) {
        expected += pattern().substr(0, bytes - expected.size());
    }
    return expected;
}

TEST(Http2Serving, IsSpokenOnThePlainPortBesideHttp1) {
    launched_server server(patient());
    client bytes(server.port());
    http2_client two(bytes);
    const std::int32_t small = two.get("/");
    const std::int32_t large = two.get("/bytes/300000");
    const std::int32_t echo = two.post("/echo", std::string(200'000, 'x'));
    ASSERT_TRUE(two.until_answered(small));
    ASSERT_TRUE(two.until_answered(large));
    ASSERT_TRUE(two.until_answered(echo));
    EXPECT_EQ(two.of(small).status, 200);
    EXPECT_EQ(two.of(small).body, "hello world\n");
    EXPECT_EQ(two.of(large).body, pattern_of(300'000));
    EXPECT_EQ(two.of(echo).body, std::string(200'000, 'x'));
    EXPECT_EQ(two.streams_max(), 100U);
    client one(server.port());
    EXPECT_EQ(one.get("/").body, "hello world\n");
    EXPECT_THAT(one.get("/metrics").body, HasSubstr("responses_2xx_total 4\n"));
}

TEST(Http2Serving, IsAgreedOnByAlpnAlone) {
    const certificate_folder files;
    launched_server server(
        {"--https", "127.0.0.1:0", "--certificate", files.certificate(), "--key", files.key()});
    client with(server.tls_port());
    ASSERT_TRUE(with.start_tls("h2"));
    EXPECT_EQ(with.protocol(), "h2");
    http2_client two(with);
    const std::int32_t small = two.get("/");
    ASSERT_TRUE(two.until_answered(small));
    EXPECT_EQ(two.of(small).body, "hello world\n");
    client without(server.tls_port());
    ASSERT_TRUE(without.start_tls());
    EXPECT_EQ(without.get("/").status, 200);
    client old(server.tls_port());
    ASSERT_TRUE(old.start_tls("http/1.1"));
    EXPECT_EQ(old.get("/").status, 200);
}

TEST(Http2Serving, AnswersWhatIsNoGoodRequest) {
    launched_server server(patient({"--max-body-bytes", "1000B", "--max-header-bytes", "400B"}));
    client bytes(server.port());
    http2_client two(bytes);
    const std::int32_t missing = two.get("/nowhere");
    const std::int32_t refused = two.get("/", "DELETE");
    const std::int32_t tunnel = two.get("/tunnel");
    const std::int32_t long_head = two.get("/" + std::string(400, 'x'));
    const std::int32_t long_body = two.post("/echo", std::string(1001, 'x'));
    const std::int32_t head = two.get("/bytes/100", "HEAD");
    for (const std::int32_t stream : {missing, refused, long_head, long_body, head}) {
        EXPECT_TRUE(two.until_answered(stream)) << stream;
    }
    EXPECT_EQ(two.of(missing).status, 404);
    EXPECT_EQ(two.of(refused).status, 405);
    EXPECT_EQ(two.of(long_head).status, 431);
    EXPECT_EQ(two.of(long_body).status, 413);
    EXPECT_EQ(two.of(head).status, 200);
    EXPECT_EQ(two.of(head).body, "");
    EXPECT_EQ(two.of(tunnel).code, std::uint32_t{NGHTTP2_HTTP_1_1_REQUIRED});
}

TEST(Http2Serving, AnswersBeforeARefusedBodyIsWhole) {
    launched_server server(patient());
    client bytes(server.port());
    http2_client two(bytes);
    const std::int32_t refused = two.post("/reject", std::string(1'000'000, 'x'));
    EXPECT_TRUE(two.until_answered(refused));
    EXPECT_EQ(two.of(refused).status, 413);
    EXPECT_THAT(two.of(refused).body, SizeIs(32 * 1024));
}

TEST(Http2Serving, EndsAClientWithoutSettings) {
    launched_server server(patient({"--settings-timeout", "50ms"}));
    client silent(server.port());
    ASSERT_TRUE(silent.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    const std::string said = silent.receive_rest();
    EXPECT_THAT(said, HasSubstr(std::string("\x07\0\0\0\0\0", 6)));         // GOAWAY on stream 0
    EXPECT_EQ(said.substr(said.size() - 4), std::string("\0\0\0\x04", 4));  // SETTINGS_TIMEOUT
}

TEST(Http2Serving, EndsAClientThatDoesNotAcknowledgeItsSettings) {
    launched_server server(patient({"--settings-timeout", "50ms"}));
    client silent(server.port());
    ASSERT_TRUE(silent.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    ASSERT_TRUE(silent.send(std::string("\0\0\0\x04\0\0\0\0\0", 9)));
    const std::string said = silent.receive_rest();
    EXPECT_EQ(said.substr(said.size() - 4), std::string("\0\0\0\x04", 4));
}

TEST(Http2Serving, EndsAClientThatIsIdleForTooLong) {
    launched_server server(patient({"--keep-alive-timeout", "50ms"}));
    client bytes(server.port());
    http2_client two(bytes);
    const std::int32_t small = two.get("/");
    ASSERT_TRUE(two.until_answered(small));
    EXPECT_TRUE(two.until_end());
    ASSERT_THAT(two.goaways(), SizeIs(1));
    EXPECT_EQ(two.goaways().back().last_stream, small);
    EXPECT_EQ(two.goaways().back().code, std::uint32_t{NGHTTP2_NO_ERROR});
}

TEST(Http2Serving, GivesUpAResponseWhoseWindowStandsStill) {
    launched_server server(patient({"--write-timeout", "50ms"}));
    client bytes(server.port());
    http2_client two(bytes, window_use::stays_shut);
    const std::int32_t large = two.get("/bytes/1000000");
    EXPECT_FALSE(two.until_answered(large));
    EXPECT_TRUE(two.of(large).has_ended);
    EXPECT_EQ(two.of(large).code, std::uint32_t{NGHTTP2_CANCEL});
    EXPECT_THAT(two.of(large).body, SizeIs(65'535));  // RFC 9113 6.9.2
}

TEST(Http2Serving, EndsAClientThatResetsStreamsByTheHundred) {
    launched_server server(patient({"--max-stream-resets", "50"}));
    client bytes(server.port());
    http2_client two(bytes);
    for (int i = 0; i < 100; ++i) {
        two.reset(two.get("/delay/60000"));
    }
    two.until_end();
    ASSERT_THAT(two.goaways(), SizeIs(1));
    EXPECT_EQ(two.goaways().back().code, std::uint32_t{NGHTTP2_ENHANCE_YOUR_CALM});
    client other(server.port());
    EXPECT_EQ(other.get("/").status, 200);
}

TEST(Http2Serving, StopsInTwoStepsAndCompletesWhatIsUnderWay) {
    launched_server server(patient());
    client bytes(server.port());
    http2_client two(bytes);
    const std::int32_t small = two.get("/");
    const std::int32_t delayed = two.get("/delay/300");
    const std::int32_t large = two.get("/bytes/3000000");
    ASSERT_TRUE(two.until_answered(small));
    server.signal(SIGTERM);
    EXPECT_TRUE(two.until_answered(delayed));
    // By the PING's acknowledgement: --linger-at-stop has not passed.
    ASSERT_THAT(two.goaways(), SizeIs(2));
    EXPECT_TRUE(two.until_answered(large));
    EXPECT_TRUE(two.until_end());
    EXPECT_EQ(two.goaways()[0].last_stream, every_stream);
    EXPECT_EQ(two.goaways()[1].last_stream, large);
    EXPECT_EQ(server.wait_for_exit(), 0);
    EXPECT_THAT(server.log(), HasSubstr("event=drained force_closed=0\n"));
}

TEST(Http2Serving, StopWaitsBrieflyForAClientThatReadsNoGoaway) {
    launched_server server(patient({"--linger-at-stop", "50ms"}));
    client silent(server.port());
    ASSERT_TRUE(silent.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
    EXPECT_FALSE(silent.receive_some().empty());
    server.signal(SIGTERM);
    EXPECT_EQ(server.wait_for_exit(), 0);
    EXPECT_THAT(server.log(), HasSubstr("event=drained force_closed=0\n"));
}

TEST(Http2Serving, StopsOnRequest) {
    launched_server server(patient());
    client bytes(server.port());
    http2_client two(bytes);
    const std::int32_t stop = two.get("/shutdown");
    EXPECT_TRUE(two.until_answered(stop));
    EXPECT_TRUE(two.until_end());
    EXPECT_EQ(server.wait_for_exit(), 0);
}

}  // namespace
}  // namespace reference
