#include "harness/origin/origin_request.hpp"

#include <gmock/gmock.h>

namespace stormdrain {
namespace {

using progress = origin_request_reader::progress;

constexpr std::string_view two_requests =
    "POST /echo HTTP/1.1\r\nHost: A.test:80\r\nContent-Length: 5\r\n\r\nhello"
    "GET /x HTTP/1.1\r\nHost: b.test\r\nConnection: close\r\n\r\n";

void expect_both(origin_request_reader& reader) {
    const origin_request first = reader.next();
    EXPECT_EQ(first.method, "POST");
    EXPECT_EQ(first.path, "/echo");
    EXPECT_EQ(first.host, "A.test:80");
    EXPECT_EQ(first.body, "hello");
    EXPECT_TRUE(first.persists);
    ASSERT_EQ(reader.take(""), progress::whole);
    const origin_request second = reader.next();
    EXPECT_EQ(second.path, "/x");
    EXPECT_EQ(second.host, "b.test");
    EXPECT_FALSE(second.persists);
    EXPECT_FALSE(reader.has_begun());
}

TEST(OriginRequestReader, KeepsWhatFollowsForTheNextRequest) {
    origin_request_reader reader;
    EXPECT_FALSE(reader.has_begun());
    ASSERT_EQ(reader.take(two_requests), progress::whole);
    expect_both(reader);
}

TEST(OriginRequestReader, KnowsWhoAsksForAWebSocketAndGivesAwayWhatFollows) {
    origin_request_reader reader;
    ASSERT_EQ(reader.take("GET /websocket HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\n"
                          "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nframe"),
              progress::whole);
    EXPECT_EQ(reader.next().websocket_key, "dGhlIHNhbXBsZSBub25jZQ==");
    EXPECT_EQ(reader.take_rest(), "frame");
    EXPECT_FALSE(reader.has_begun());
    ASSERT_EQ(reader.take("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n"), progress::whole);
    EXPECT_EQ(reader.next().websocket_key, "");
}

TEST(OriginRequestReader, TellsOnceThatTheProxyWaitsToBeToldToContinue) {
    origin_request_reader reader;
    ASSERT_EQ(reader.take("POST /echo HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\n"
                          "Content-Length: 5\r\n\r\n"),
              progress::incomplete);
    EXPECT_TRUE(reader.must_say_continue());
    EXPECT_FALSE(reader.must_say_continue());
    ASSERT_EQ(reader.take("hello"), progress::whole);
    EXPECT_FALSE(reader.must_say_continue());
    EXPECT_EQ(reader.next().body, "hello");
    ASSERT_EQ(reader.take("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\n"),
              progress::incomplete);
    EXPECT_FALSE(reader.must_say_continue()) << "nobody has asked";
}

TEST(OriginRequestReader, TakesBytesHoweverTheyAreCut) {
    origin_request_reader reader;
    std::size_t whole_count = 0;
    for (const char byte : two_requests) {
        const progress now = reader.take({&byte, 1});
        ASSERT_NE(now, progress::malformed) << reader.failure();
        if (now == progress::whole) {
            ++whole_count;
            reader.next();
        }
    }
    EXPECT_EQ(whole_count, 2U);
}

TEST(OriginRequestReader, TakesAChunkedBody) {
    origin_request_reader reader;
    ASSERT_EQ(
        reader.take("POST /echo HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "3\r\nabc\r\n2\r\nde\r\n"),
        progress::incomplete);
    EXPECT_TRUE(reader.has_begun());
    ASSERT_EQ(reader.take("0\r\n\r\n"), progress::whole);
    EXPECT_EQ(reader.next().body, "abcde");
}

TEST(OriginRequestReader, RefusesWhatIsNoRequestOrHasNoEnd) {
    origin_request_reader garbage;
    EXPECT_EQ(garbage.take("\x16\x03\x01 not HTTP\r\n\r\n"), progress::malformed);
    EXPECT_FALSE(garbage.failure().empty());
    origin_request_reader endless;
    const std::string field = "X: " + std::string(origin_request_reader::head_bytes_max, 'x');
    EXPECT_EQ(endless.take("GET / HTTP/1.1\r\n" + field), progress::malformed);
}

}  // namespace
}  // namespace stormdrain
