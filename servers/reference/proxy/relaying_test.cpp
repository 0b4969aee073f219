// What goes through the proxy, and what its two sides see of each other.

#include "servers/reference/proxy/testing/started_proxy.hpp"

#include <gmock/gmock.h>

#include <string>
#include <thread>

namespace reference {
namespace {

using testing::client;
using ::testing::EndsWith;
using testing::get_a;
using ::testing::HasSubstr;
using testing::launched_server;
using ::testing::Not;
using testing::reply;
using testing::scripted_origin;
using testing::started_proxy;
using ::testing::StartsWith;

constexpr std::size_t large_bytes = 64 * 1024 * 1024;  // no socket buffers hold it

TEST(Relaying, PassesOnWhatIsForTheOtherEnd) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(
        peer.send("GET /x?y=1 HTTP/1.1\r\nHost: a.test:80\r\nX-End: 1\r\nX-Hop: 2\r\n"
                  "Connection: X-Hop, keep-alive\r\nTE: trailers\r\n\r\n"));
    const auto upstream = origin.accept();
    EXPECT_EQ(upstream->receive_head(),
              "GET /x?y=1 HTTP/1.1\r\nHost: a.test:80\r\nX-End: 1\r\nVia: 1.1 stormdrain\r\n\r\n");
    ASSERT_TRUE(
        upstream->send("HTTP/1.1 404 Not Here\r\nX-End: 3\r\nKeep-Alive: timeout=5\r\n"
                       "Content-Length: 2\r\n\r\nno"));
    const reply answer = peer.receive();
    EXPECT_EQ(answer.head,
              "HTTP/1.1 404 Not Here\r\nX-End: 3\r\nContent-Length: 2\r\n"
              "Via: 1.1 stormdrain\r\n\r\n");
    EXPECT_EQ(answer.body, "no");
}

TEST(Relaying, PassesOnBodiesOfEitherFraming) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(
        peer.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 4\r\n\r\nbody"
                  "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n"
                  "Connection: close\r\n\r\n3;x=y\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n"));
    const auto upstream = origin.accept();
    EXPECT_THAT(upstream->receive_head(), HasSubstr("\r\nContent-Length: 4\r\n"));
    EXPECT_EQ(upstream->receive(4), "body");
    ASSERT_TRUE(upstream->answer("first"));
    EXPECT_EQ(peer.receive().body, "first");
    EXPECT_THAT(upstream->receive_head(), HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
    EXPECT_EQ(upstream->receive(13), "3\r\nabc\r\n0\r\n\r\n");
    ASSERT_TRUE(
        upstream->send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "5;x=y\r\nsecon\r\n1\r\nd\r\n0\r\nX-Trailer: 1\r\n\r\n"));
    EXPECT_THAT(peer.receive().head, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
    EXPECT_EQ(peer.receive_rest(), "5\r\nsecon\r\n1\r\nd\r\n0\r\n\r\n");
}

TEST(Relaying, UndoesChunksForAClientOfHttp10) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(peer.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    const auto upstream = origin.accept();
    EXPECT_THAT(upstream->receive_head(),
                StartsWith("GET / HTTP/1.1\r\nHost: " + origin.address() + "\r\n"));
    ASSERT_TRUE(
        upstream->send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "4\r\nbody\r\n0\r\n\r\n"));
    EXPECT_TRUE(peer.receive().announces_close());
    EXPECT_EQ(peer.receive_rest(), "body");
}

TEST(Relaying, MakesChunksOfABodyThatEndsWithItsConnection) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(peer.send("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"));
    const auto upstream = origin.accept();
    upstream->receive_head();
    ASSERT_TRUE(upstream->send("HTTP/1.0 200 OK\r\n\r\nwhole body"));
    upstream->half_close();
    EXPECT_EQ(peer.receive().status, 200);
    EXPECT_EQ(peer.receive_rest(), "a\r\nwhole body\r\n0\r\n\r\n");
}

TEST(Relaying, ExpectsNoBodyAfterHead) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(peer.send("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n" + get_a));
    const auto upstream = origin.accept();
    EXPECT_THAT(upstream->receive_head(), StartsWith("HEAD / "));
    ASSERT_TRUE(upstream->send("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n"));
    EXPECT_THAT(peer.receive("HEAD").head, HasSubstr("\r\nContent-Length: 77\r\n"));
    EXPECT_THAT(upstream->receive_head(), StartsWith("GET / "));
    ASSERT_TRUE(upstream->answer("small"));
    EXPECT_EQ(peer.receive().body, "small");
}

TEST(Relaying, PassesOnInterimResponses) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(
        peer.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\n"
                  "Expect: 100-continue\r\n\r\n"));
    const auto upstream = origin.accept();
    EXPECT_THAT(upstream->receive_head(), HasSubstr("\r\nExpect: 100-continue\r\n"));
    ASSERT_TRUE(upstream->send("HTTP/1.1 100 Continue\r\n\r\n"));
    EXPECT_EQ(peer.receive().status, 100);
    ASSERT_TRUE(peer.send("ok"));
    EXPECT_EQ(upstream->receive(2), "ok");
    ASSERT_TRUE(upstream->answer("thanks"));
    EXPECT_EQ(peer.receive().body, "thanks");
}

TEST(Relaying, DeliversMoreThanTheSocketBuffersHoldBothWays) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    const std::string body(large_bytes, 'x');
    const std::string length = "Content-Length: " + std::to_string(large_bytes) + "\r\n\r\n";
    std::thread uploading(
        [&] { EXPECT_TRUE(peer.send("PUT / HTTP/1.1\r\nHost: a.test\r\n" + length + body)); });
    const auto upstream = origin.accept();
    upstream->receive_head();
    EXPECT_TRUE(upstream->receive(large_bytes) == body);
    uploading.join();
    std::thread downloading([&] { EXPECT_TRUE(upstream->answer(body)); });
    EXPECT_TRUE(peer.receive().body == body);
    downloading.join();
}

TEST(Relaying, TakesNoMoreThanTheClientDoes) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client stalled(proxy.port());
    ASSERT_TRUE(stalled.send(get_a));
    const auto upstream = origin.accept();
    upstream->receive_head();
    ASSERT_TRUE(upstream->send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(large_bytes) +
                               "\r\n\r\n"));
    const std::size_t taken_bytes = upstream->send_until_stalled(large_bytes);
    EXPECT_LT(taken_bytes, large_bytes);
    std::thread sending(
        [&] { EXPECT_TRUE(upstream->send(std::string(large_bytes - taken_bytes, 'x'))); });
    EXPECT_EQ(stalled.receive().body.size(), large_bytes);
    sending.join();
}

TEST(Relaying, ClosesTheOriginsConnectionWhenTheClientResets) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client waiting(proxy.port());
    ASSERT_TRUE(waiting.send(get_a));
    const auto asked = origin.accept();
    asked->receive_head();
    waiting.reset();
    EXPECT_TRUE(asked->ends());

    client reading(proxy.port());
    ASSERT_TRUE(reading.send(get_a));
    const auto answering = origin.accept();
    answering->receive_head();
    ASSERT_TRUE(answering->send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart"));
    reading.reset();
    EXPECT_TRUE(answering->ends());

    client sending(proxy.port());
    ASSERT_TRUE(sending.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\n\r\npart"));
    const auto receiving = origin.accept();
    receiving->receive_head();
    EXPECT_EQ(receiving->receive(4), "part");
    sending.reset();
    EXPECT_TRUE(receiving->ends());
}

TEST(Relaying, AnswersAClientThatHasEndedItsSide) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(peer.send(get_a));
    peer.half_close();
    const auto upstream = origin.accept();
    upstream->receive_head();
    ASSERT_TRUE(upstream->answer("for you"));
    EXPECT_EQ(peer.receive().body, "for you");
    EXPECT_TRUE(peer.ends());
}

TEST(Relaying, DeliversAnAnswerThatComesBeforeTheBodyHasEnded) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(peer.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\n\r\npart"));
    const auto upstream = origin.accept();
    upstream->receive_head();
    EXPECT_EQ(upstream->receive(4), "part");
    ASSERT_TRUE(upstream->send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n"));
    const reply answer = peer.receive();
    EXPECT_EQ(answer.status, 413);
    EXPECT_TRUE(answer.announces_close());
    EXPECT_TRUE(upstream->ends());
    EXPECT_TRUE(peer.ends());
}

TEST(Relaying, RefusesABodyThatIsTooLong) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin, {"--max-body-bytes", "4B"});
    client sized(proxy.port());
    ASSERT_TRUE(sized.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\n"));
    EXPECT_EQ(sized.receive().status, 413);
    client chunks(proxy.port());
    ASSERT_TRUE(
        chunks.send("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "4\r\nbody\r\n1\r\n!\r\n0\r\n\r\n"));
    EXPECT_EQ(chunks.receive().status, 413);
    const auto upstream = origin.accept();
    upstream->receive_head();
    EXPECT_EQ(upstream->receive(large_bytes).find("0\r\n\r\n"), std::string::npos);
}

TEST(Relaying, RefusesWhatCannotBeARequest) {
    const scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(peer.send("GET / HTTP/1.1\r\nHost: a.test/evil\r\n\r\n"));
    EXPECT_EQ(peer.receive().status, 400);
    client chunks(proxy.port());
    ASSERT_TRUE(
        chunks.send("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n"
                    "\r\nno size\r\n"));
    EXPECT_EQ(chunks.receive().status, 400);
}

}  // namespace
}  // namespace reference
