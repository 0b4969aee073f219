// What the client is told when the origin fails.

#include "servers/reference/proxy/testing/started_proxy.hpp"

#include <gmock/gmock.h>

#include <string>

namespace reference {
namespace {

using testing::client;
using testing::get_a;
using ::testing::HasSubstr;
using testing::launched_server;
using ::testing::Not;
using testing::reply;
using testing::scripted_origin;
using testing::started_proxy;

TEST(FailingOrigin, IsABadGatewayWhenItCannotBeReached) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    origin.close();
    client peer(proxy.port());
    ASSERT_TRUE(peer.send(get_a));
    const reply answer = peer.receive();
    EXPECT_EQ(answer.status, 502);
    EXPECT_EQ(answer.body, "Bad Gateway\n");
    EXPECT_TRUE(answer.announces_close());
}

TEST(FailingOrigin, IsABadGatewayWhenItEndsOrTalksNonsense) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    for (const std::string said :
         {"", "HTTP/1.1 200 OK\r\nContent-Le", "SSH-2.0-OpenSSH\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
          "HTTP/1.1 101 Switching Protocols\r\n\r\n"}) {
        client peer(proxy.port());
        ASSERT_TRUE(peer.send(get_a));
        const auto upstream = origin.accept();
        upstream->receive_head();
        ASSERT_TRUE(upstream->send(said));
        upstream->half_close();
        EXPECT_EQ(peer.receive().status, 502) << said;
        EXPECT_TRUE(upstream->ends()) << said;
    }
}

TEST(FailingOrigin, IsAGatewayTimeoutWhenItIsSilent) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin, {"--origin-timeout", "50ms"});
    client peer(proxy.port());
    ASSERT_TRUE(peer.send("HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n"));
    const auto upstream = origin.accept();
    upstream->receive_head();
    EXPECT_EQ(peer.receive("HEAD").status, 504);
    EXPECT_TRUE(peer.ends());
    EXPECT_TRUE(upstream->ends());
}

// The origin's time begins when it has been asked, however long the client takes to do so.
TEST(FailingOrigin, IsNotBlamedForASlowClient) {
    scripted_origin origin;
    const launched_server proxy =
        started_proxy(origin, {"--origin-timeout", "1s", "--body-timeout", "50ms"});
    client peer(proxy.port());
    ASSERT_TRUE(peer.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\n\r\n"));
    const auto upstream = origin.accept();
    upstream->receive_head();
    EXPECT_EQ(peer.receive().status, 408);
    EXPECT_TRUE(upstream->ends());
}

TEST(FailingOrigin, IsHeardWhenItRefusesAndEndsAtOnce) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(peer.send("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9\r\n\r\n"));
    const auto upstream = origin.accept();
    upstream->receive_head();
    ASSERT_TRUE(upstream->send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"));
    upstream->close();
    EXPECT_EQ(peer.receive().status, 403);
}

TEST(FailingOrigin, NeverMakesAWholeAnswerOfAHalfOne) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client by_length(proxy.port());
    ASSERT_TRUE(by_length.send(get_a));
    auto upstream = origin.accept();
    upstream->receive_head();
    ASSERT_TRUE(upstream->send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart"));
    upstream->close();
    EXPECT_EQ(by_length.receive().status, 0);

    client by_chunks(proxy.port());
    ASSERT_TRUE(by_chunks.send(get_a));
    upstream = origin.accept();
    upstream->receive_head();
    ASSERT_TRUE(upstream->send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npa"));
    upstream->close();
    EXPECT_THAT(by_chunks.receive_rest(), Not(HasSubstr("\r\n0\r\n")));

    client by_close(proxy.port());
    ASSERT_TRUE(by_close.send("GET / HTTP/1.0\r\n\r\n"));
    upstream = origin.accept();
    upstream->receive_head();
    ASSERT_TRUE(upstream->send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npa"));
    upstream->close();
    by_close.receive_rest();
    EXPECT_TRUE(by_close.saw_reset());  // the end of the connection would be that of the body
}

}  // namespace
}  // namespace reference
