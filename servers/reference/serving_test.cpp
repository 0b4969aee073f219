// What a client sees of a server that is up.

#include "servers/reference/testing/client.hpp"
#include "servers/reference/testing/launched_server.hpp"

#include <gmock/gmock.h>

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace reference {
namespace {

using testing::certificate_folder;
using testing::client;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::launched_server;
using ::testing::Not;
using testing::reply;

const std::string get_small = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

launched_server started(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"--http", "127.0.0.1:0"});
    return launched_server(std::move(more));
}

TEST(Serving, AnswersManyRequestsOnOneConnection) {
    const launched_server server = started();
    client peer(server.port());
    for (int i = 0; i < 3; ++i) {
        const reply small = peer.get("/");
        EXPECT_EQ(small.status, 200);
        EXPECT_EQ(small.body, "hello world\n");
        EXPECT_FALSE(small.announces_close());
    }
    EXPECT_EQ(peer.get("/bytes/20").body, "0123456789abcdef0123");
    EXPECT_EQ(peer.get("/delay/1").body, "waited\n");
    const reply metrics = peer.get("/metrics");
    EXPECT_THAT(metrics.body, HasSubstr("connections_accepted_total 1\n"));
    EXPECT_THAT(metrics.body, HasSubstr("requests_total 6\n"));
}

TEST(Serving, DeliversMoreThanTheSocketBuffersHold) {
    const launched_server server = started();
    client peer(server.port());
    const reply large = peer.get("/bytes/33554433");
    EXPECT_EQ(large.body.size(), 33554433U);
    EXPECT_THAT(large.body, EndsWith("abcdef0"));
}

TEST(Serving, AnswersPipelinedRequestsInOrder) {
    const launched_server server = started();
    client peer(server.port());
    const std::string head = " HTTP/1.1\r\nHost: test\r\n";
    ASSERT_TRUE(peer.send("GET /delay/20" + head + "\r\nGET /bytes/3" + head + "\r\nPOST /echo" +
                          head + "Content-Length: 4\r\n\r\nbodyGET /no"));
    EXPECT_EQ(peer.receive().body, "waited\n");
    EXPECT_EQ(peer.receive().body, "012");
    EXPECT_EQ(peer.receive().body, "body");
    ASSERT_TRUE(peer.send("where" + head + "Connection: close\r\n\r\n"));
    const reply last = peer.receive();
    EXPECT_EQ(last.status, 404);
    EXPECT_TRUE(last.announces_close());
    EXPECT_TRUE(peer.ends());
}

TEST(Serving, EndsTheConnectionOfHttp10UnlessAskedToKeepIt) {
    const launched_server server = started();
    client keeping(server.port());
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(keeping.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
        EXPECT_THAT(keeping.receive().head, HasSubstr("\r\nConnection: keep-alive\r\n"));
    }
    client closing(server.port());
    ASSERT_TRUE(closing.send("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(closing.receive().announces_close());
    EXPECT_TRUE(closing.ends());
}

TEST(Serving, EchoesUploadsOfEitherFraming) {
    const launched_server server = started();
    client peer(server.port());
    const std::string body(300'000, 'x');
    ASSERT_TRUE(
        peer.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 300000\r\n\r\n" + body));
    EXPECT_EQ(peer.receive().body, body);
    ASSERT_TRUE(
        peer.send("POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "493E0\r\n" +
                  body + "\r\n3\r\nend\r\n0\r\n\r\n"));
    EXPECT_EQ(peer.receive().body, body + "end");
    EXPECT_EQ(peer.get("/").status, 200);
}

TEST(Serving, AsksForTheBodyOfAClientThatWaits) {
    const launched_server server = started();
    client peer(server.port());
    ASSERT_TRUE(
        peer.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n"
                  "Expect: 100-continue\r\n\r\n"));
    EXPECT_EQ(peer.receive().status, 100);
    ASSERT_TRUE(peer.send("ok"));
    EXPECT_EQ(peer.receive().body, "ok");
    ASSERT_TRUE(
        peer.send("POST /nowhere HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n"
                  "Expect: 100-continue\r\n\r\n"));
    const reply refusal = peer.receive();
    EXPECT_EQ(refusal.status, 404);
    EXPECT_TRUE(refusal.announces_close());
}

TEST(Serving, AnswersHeadWithoutABody) {
    const launched_server server = started();
    client peer(server.port());
    ASSERT_TRUE(peer.send("HEAD /bytes/77 HTTP/1.1\r\nHost: test\r\n\r\n"));
    const reply head = peer.receive("HEAD");
    EXPECT_EQ(head.status, 200);
    EXPECT_THAT(head.head, HasSubstr("\r\nContent-Length: 77\r\n"));
    EXPECT_EQ(peer.get("/").body, "hello world\n");
}

TEST(Serving, RefusesWhatItDoesNotServe) {
    const launched_server server = started();
    client peer(server.port());
    EXPECT_EQ(peer.get("/nowhere").status, 404);
    EXPECT_EQ(peer.get("/bytes/x").status, 400);
    EXPECT_EQ(peer.get("/delay/999999999").status, 400);
    const reply wrong_method = peer.get("/echo");
    EXPECT_EQ(wrong_method.status, 405);
    EXPECT_THAT(wrong_method.head, HasSubstr("\r\nAllow: POST\r\n"));
    ASSERT_TRUE(peer.send("BREW / HTTP/1.1\r\nHost: test\r\n\r\n"));
    EXPECT_EQ(peer.receive().status, 501);
    ASSERT_TRUE(peer.send("GET / HTTP/1.1\r\n\r\n"));
    const reply bad = peer.receive();
    EXPECT_EQ(bad.status, 400);
    EXPECT_TRUE(bad.announces_close());
    EXPECT_TRUE(peer.ends());
}

TEST(Serving, BoundsHeadsAndBodies) {
    const launched_server server =
        started({"--max-header-bytes", "1KiB", "--max-body-bytes", "1KiB"});
    client long_head(server.port());
    ASSERT_TRUE(long_head.send("GET / HTTP/1.1\r\nX: " + std::string(2000, 'a')));
    EXPECT_EQ(long_head.receive().status, 431);
    client long_chunks(server.port());
    ASSERT_TRUE(
        long_chunks.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
                         "\r\n1000\r\n"));
    EXPECT_EQ(long_chunks.receive().status, 413);
}

// The client is still sending when it is refused: closing at once would answer with a reset, and
// the refusal would be lost.
TEST(Serving, RefusesALongBodyWithoutResettingItsSender) {
    const launched_server server = started({"--max-body-bytes", "1KiB"});
    client peer(server.port());
    ASSERT_TRUE(peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n"));
    ASSERT_TRUE(peer.send(std::string(40'000, 'x')));
    EXPECT_EQ(peer.receive().status, 413);
    EXPECT_TRUE(peer.ends());
}

TEST(Serving, GivesUpOnSlowClients) {
    const launched_server server = started({"--header-timeout", "100ms", "--body-timeout", "100ms",
                                            "--keep-alive-timeout", "100ms", "--linger", "100ms"});
    client silent(server.port());
    client partial_header(server.port());
    client partial_body(server.port());
    client idle(server.port());
    ASSERT_TRUE(partial_header.send("GET / HT"));
    ASSERT_TRUE(partial_body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"));
    EXPECT_EQ(idle.get("/").status, 200);
    EXPECT_TRUE(silent.ends());
    EXPECT_TRUE(idle.ends());
    EXPECT_EQ(partial_header.receive().status, 408);
    EXPECT_EQ(partial_body.receive().status, 408);
}

// Goal: what it has got already does not help a request that takes too long as a whole, and a
// connection between two requests is not one.
TEST(Serving, GivesUpOnRequestsThatTakeTooLong) {
    const launched_server server = started({"--request-timeout", "200ms", "--linger", "100ms"});
    client idle(server.port());
    EXPECT_EQ(idle.get("/").status, 200);
    client header(server.port());
    client body(server.port());
    ASSERT_TRUE(header.send("GET / HTTP/1.1\r\n"));
    ASSERT_TRUE(body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nxyz"));
    EXPECT_EQ(header.receive().status, 408);
    EXPECT_EQ(body.receive().status, 408);
    EXPECT_EQ(idle.get("/").status, 200);
}

TEST(Serving, GivesUpOnAReaderThatStalls) {
    const launched_server server = started({"--write-timeout", "100ms"});
    const std::size_t at_rest = server.descriptors().size();
    client stalled(server.port());
    stalled.shrink_receive_buffer();
    ASSERT_TRUE(stalled.send("GET /bytes/99999999 HTTP/1.1\r\nHost: a\r\n\r\n"));
    client other(server.port());
    EXPECT_EQ(other.get("/").status, 200);  // by now the first one has been accepted
    other.half_close();
    EXPECT_EQ(server.wait_for_descriptors(at_rest), at_rest);
}

TEST(Serving, AnswersAClientThatHalfClosesAndThenCloses) {
    const launched_server server = started();
    const std::size_t at_rest = server.descriptors().size();
    client peer(server.port());
    ASSERT_TRUE(peer.send("GET /delay/30 HTTP/1.1\r\nHost: a\r\n\r\n"));
    peer.half_close();
    EXPECT_EQ(peer.receive().body, "waited\n");
    EXPECT_TRUE(peer.ends());
    EXPECT_EQ(server.wait_for_descriptors(at_rest), at_rest);
}

TEST(Serving, FreesTheDescriptorsOfConnectionsThatAreReset) {
    const launched_server server = started();
    const std::size_t at_rest = server.descriptors().size();
    const std::vector<std::string> sent_before = {
        "",
        "GET",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx",
        "GET /delay/600000 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /bytes/99999999 HTTP/1.1\r\nHost: a\r\n\r\n",
        get_small};
    for (const std::string& sent : sent_before) {
        client peer(server.port());
        ASSERT_TRUE(peer.send(sent));
        ASSERT_EQ(server.wait_for_descriptors(at_rest + 1), at_rest + 1);
        peer.reset();
        EXPECT_EQ(server.wait_for_descriptors(at_rest), at_rest) << sent;
    }
    EXPECT_EQ(client(server.port()).get("/").status, 200);
}

// Without a pause after EMFILE the accept loop would try many thousand times in the meantime.
TEST(Serving, WaitsForDescriptorsInsteadOfSpinning) {
    const launched_server server = started({"--accept-backoff", "100ms"});
    const std::size_t held = server.descriptors().size();
    client canary(server.port());
    EXPECT_EQ(canary.get("/").status, 200);
    const rlimit scarce = {.rlim_cur = held + 3, .rlim_max = held + 3};
    ASSERT_EQ(::prlimit(server.pid(), RLIMIT_NOFILE, &scarce, nullptr), 0);
    std::vector<std::unique_ptr<client>> crowd;
    for (int i = 0; i < 6; ++i) {
        crowd.push_back(std::make_unique<client>(server.port()));
        ASSERT_TRUE(crowd.back()->send(get_small));
    }
    EXPECT_EQ(canary.get("/delay/300").status, 200);
    const reply metrics = canary.get("/metrics");
    const auto at = metrics.body.find("accept_backoffs_total ");
    ASSERT_NE(at, std::string::npos);
    const int backoffs = std::atoi(metrics.body.c_str() + at + sizeof "accept_backoffs_total");
    EXPECT_GE(backoffs, 1);
    EXPECT_LE(backoffs, 20);
    for (auto& waiting : crowd) {
        EXPECT_EQ(waiting->receive().status, 200);
        waiting.reset();
    }
}

TEST(Serving, LeavesConnectionsOverTheLimitInTheQueue) {
    const launched_server server = started({"--max-connections", "1"});
    auto first = std::make_unique<client>(server.port());
    EXPECT_EQ(first->get("/").status, 200);
    client second(server.port());
    ASSERT_TRUE(second.send(get_small));
    EXPECT_THAT(first->get("/metrics").body, HasSubstr("connections_accepted_total 1\n"));
    first.reset();
    EXPECT_EQ(second.receive().status, 200);
}

TEST(Serving, TakesAnInheritedListener) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listener, 16), 0);
    const testing::launch_options options = {.arguments = {}, .inherited_listener = listener};
    launched_server server(options);
    ::close(listener);
    EXPECT_EQ(client(server.port()).get("/").status, 200);
    server.signal(SIGTERM);
    EXPECT_EQ(server.wait_for_exit(), 0);
}

class TlsServing : public ::testing::Test {
protected:
    certificate_folder files;
    launched_server server{std::vector<std::string>{
        "--http", "127.0.0.1:0", "--https", "127.0.0.1:0", "--certificate", files.certificate(),
        "--key", files.key(), "--handshake-timeout", "300ms"}};
};

TEST_F(TlsServing, AnswersAndEndsWithCloseNotify) {
    client peer(server.tls_port());
    ASSERT_TRUE(peer.start_tls());
    EXPECT_EQ(peer.get("/").body, "hello world\n");
    EXPECT_EQ(peer.get("/bytes/1000001").body.size(), 1000001U);
    const std::string body(100'000, 'x');
    ASSERT_TRUE(
        peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                  "Content-Length: 100000\r\n\r\n" +
                  body));
    EXPECT_EQ(peer.receive().body, body);
    EXPECT_TRUE(peer.ends());
    EXPECT_TRUE(peer.saw_close_notify());
}

TEST_F(TlsServing, DoesNotLetAPeerThatSaysNothingHoldTheOthers) {
    const std::size_t at_rest = server.descriptors().size();
    client silent(server.tls_port());
    client half_hello(server.tls_port());
    ASSERT_TRUE(half_hello.send(std::string("\x16\x03\x01\x02", 4)));
    {
        client good(server.tls_port());
        ASSERT_TRUE(good.start_tls());
        EXPECT_EQ(good.get("/").status, 200);
    }
    EXPECT_EQ(server.wait_for_descriptors(at_rest), at_rest);  // the handshakes' deadline
    client garbage(server.tls_port());
    ASSERT_TRUE(garbage.send(get_small));
    EXPECT_TRUE(garbage.ends());
    EXPECT_EQ(server.wait_for_descriptors(at_rest), at_rest);
}

TEST_F(TlsServing, ClosesIdleAndHandshakingPeersAtAStop) {
    client idle(server.tls_port());
    ASSERT_TRUE(idle.start_tls());
    EXPECT_EQ(idle.get("/").status, 200);
    client silent(server.tls_port());
    server.signal(SIGTERM);
    EXPECT_EQ(server.wait_for_exit(), 0);
    EXPECT_TRUE(idle.ends());
    EXPECT_TRUE(idle.saw_close_notify());
    EXPECT_THAT(server.log(), HasSubstr("event=drained force_closed=0\n"));
}

}  // namespace
}  // namespace reference
