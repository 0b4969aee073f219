// The routes on which a connection does not go the way of requests and answers: an upgrade, and a
// refusal that does not wait for the body.

#include "servers/reference/testing/client.hpp"
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
using testing::launched_server;
using testing::reply;

const std::string ask_for_tunnel =
    "GET /tunnel HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
// Far longer than the tests wait: whoever needs it fails them.
const std::vector<std::string> patient = {"--http", "127.0.0.1:0", "--drain-deadline",
                                          "1min",   "--linger",    "1min"};

// Sends it and waits until it is back.
bool echoes(client& peer, const std::string& text) {
    if (!peer.send(text)) {
        return false;
    }
    return peer.receive_exactly(text.size()) == text;
}

TEST(Tunnel, GivesBackWhatComesUntilTheClientEnds) {
    const launched_server server(patient);
    const std::size_t at_rest = server.descriptors().size();
    client peer(server.port());
    EXPECT_EQ(peer.get("/").status, 200);
    ASSERT_TRUE(peer.send(ask_for_tunnel + "first"));
    const reply granted = peer.receive("HEAD");
    EXPECT_EQ(granted.status, 101);
    EXPECT_THAT(granted.head, HasSubstr("\r\nConnection: upgrade\r\nUpgrade: echo\r\n"));
    EXPECT_EQ(peer.receive_exactly(5), "first");
    EXPECT_TRUE(echoes(peer, "GET / HTTP/1.1\r\n\r\n"));
    EXPECT_TRUE(echoes(peer, std::string(60'000, 'x')));
    peer.half_close();
    EXPECT_TRUE(peer.ends());
    EXPECT_EQ(server.wait_for_descriptors(at_rest), at_rest);
}

TEST(Tunnel, IsGrantedToThoseWhoAskForIt) {
    const launched_server server(patient);
    client peer(server.port());
    const std::string head = " HTTP/1.1\r\nHost: a\r\n";
    const std::string asks = "Connection: upgrade\r\nUpgrade: ";
    for (const std::string& refused :
         {"GET /tunnel" + head + "\r\n", "GET /tunnel" + head + asks + "websocket\r\n\r\n",
          "GET /tunnel" + head + "Upgrade: echo\r\n\r\n"}) {
        ASSERT_TRUE(peer.send(refused));
        const reply required = peer.receive();
        EXPECT_EQ(required.status, 426) << refused;
        EXPECT_THAT(required.head, HasSubstr("\r\nUpgrade: echo\r\n"));
    }
    // Elsewhere it is ignored.
    ASSERT_TRUE(peer.send("GET /" + head + asks + "echo\r\n\r\n"));
    EXPECT_EQ(peer.receive().status, 200);
}

TEST(Tunnel, EndsInOrderAtAStopWithWhatItWasSent) {
    launched_server server(patient);
    client idle(server.port());
    client active(server.port());
    for (client* one : {&idle, &active}) {
        ASSERT_TRUE(one->send(ask_for_tunnel));
        EXPECT_EQ(one->receive("HEAD").status, 101);
    }
    EXPECT_TRUE(echoes(active, "a line\n"));
    server.signal(SIGSTOP);
    ASSERT_TRUE(active.send("the last one\n"));
    server.signal(SIGTERM);
    server.signal(SIGCONT);
    EXPECT_TRUE(idle.ends());
    EXPECT_EQ(active.receive_exactly(13), "the last one\n");
    EXPECT_TRUE(active.ends());
    EXPECT_FALSE(active.saw_reset());
    idle.half_close();
    active.half_close();
    EXPECT_EQ(server.wait_for_exit(), 0);
    EXPECT_THAT(server.log(), HasSubstr("event=stopping connections=2\n"));
    EXPECT_THAT(server.log(), HasSubstr("event=drained force_closed=0\n"));
}

TEST(Tunnel, RunsOverTls) {
    const certificate_folder files;
    const launched_server server(
        {"--https", "127.0.0.1:0", "--certificate", files.certificate(), "--key", files.key()});
    client peer(server.tls_port());
    ASSERT_TRUE(peer.start_tls());
    ASSERT_TRUE(peer.send(ask_for_tunnel));
    EXPECT_EQ(peer.receive("HEAD").status, 101);
    EXPECT_TRUE(echoes(peer, std::string(60'000, 'y')));
}

const std::string ask_for_websocket =
    "GET /websocket HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: "
    "websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
// A masked "Hello" and what it comes back as (RFC 6455 section 5.7).
const std::string hello = "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
const std::string hello_back = std::string("\x81\x05", 2) + "Hello";
const std::string going_away = "\x88\x02\x03\xe9";
// The client's answer, with a mask of zeros.
const std::string going_away_too = std::string("\x88\x82\0\0\0\0\x03\xe9", 8);

TEST(WebSocketRoute, IsGrantedToThoseWhoAskForIt) {
    const launched_server server(patient);
    client peer(server.port());
    ASSERT_TRUE(
        peer.send("GET /websocket HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n"
                  "Upgrade: websocket\r\n\r\n"));
    const reply required = peer.receive();
    EXPECT_EQ(required.status, 426);
    EXPECT_THAT(required.head, HasSubstr("\r\nUpgrade: websocket\r\n"));
    ASSERT_TRUE(peer.send(ask_for_websocket + hello));
    const reply granted = peer.receive("HEAD");
    EXPECT_EQ(granted.status, 101);
    EXPECT_THAT(granted.head,
                HasSubstr("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
    EXPECT_EQ(peer.receive_exactly(hello_back.size()), hello_back);
}

TEST(WebSocketRoute, SaysThatItGoesAwayAndWaitsForTheAnswer) {
    launched_server server(patient);
    client polite(server.port());
    client silent(server.port());
    for (client* one : {&polite, &silent}) {
        ASSERT_TRUE(one->send(ask_for_websocket));
        EXPECT_EQ(one->receive("HEAD").status, 101);
    }
    server.signal(SIGTERM);
    for (client* one : {&polite, &silent}) {
        EXPECT_EQ(one->receive_exactly(going_away.size()), going_away);
    }
    ASSERT_TRUE(polite.send(going_away_too));
    EXPECT_TRUE(polite.ends());
    EXPECT_TRUE(silent.ends());  // after --linger-at-stop
    EXPECT_FALSE(silent.saw_reset());
    polite.half_close();
    silent.half_close();
    EXPECT_EQ(server.wait_for_exit(), 0);
    EXPECT_THAT(server.log(), HasSubstr("event=drained force_closed=0\n"));
}

TEST(Refusal, ComesBeforeTheBodyAndIsNotLost) {
    const launched_server server({"--http", "127.0.0.1:0"});
    client peer(server.port());
    peer.shrink_receive_buffer();
    ASSERT_TRUE(peer.send("POST /reject HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n"));
    for (int i = 0; i < 30; ++i) {
        ASSERT_TRUE(peer.send(std::string(10'000, 'x')));
    }
    const reply refused = peer.receive();
    EXPECT_EQ(refused.status, 413);
    EXPECT_TRUE(refused.announces_close());
    EXPECT_EQ(refused.body.size(), 32U * 1024);
    EXPECT_TRUE(peer.ends());
    EXPECT_FALSE(peer.saw_reset());
}

TEST(Refusal, IsForPostAlone) {
    const launched_server server({"--http", "127.0.0.1:0"});
    client peer(server.port());
    const reply refused = peer.get("/reject");
    EXPECT_EQ(refused.status, 405);
    EXPECT_THAT(refused.head, HasSubstr("\r\nAllow: POST\r\n"));
}

}  // namespace
}  // namespace reference
