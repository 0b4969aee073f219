// Which requests share a connection to the origin, and what becomes of idle ones.

#include "servers/reference/proxy/testing/started_proxy.hpp"

#include <gmock/gmock.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <string>

namespace reference {
namespace {

using testing::client;
using testing::get_a;
using testing::get_b;
using ::testing::HasSubstr;
using testing::launched_server;
using testing::origin_peer;
using testing::scripted_origin;
using testing::started_proxy;
using ::testing::StartsWith;
using testing::temporary_folder;
using testing::tls_origin;

const std::string post_a = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n";

// One request on a connection that is there, or the first of a new one.
void serve(client& peer, origin_peer& upstream, const std::string& request) {
    ASSERT_TRUE(peer.send(request));
    EXPECT_THAT(upstream.receive_head(), HasSubstr("HTTP/1.1\r\n"));
    ASSERT_TRUE(upstream.answer("served"));
    ASSERT_EQ(peer.receive().body, "served");
}

std::string told_by(const std::string& control_socket) {
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    control_socket.copy(address.sun_path, sizeof address.sun_path - 1);
    std::array<char, 4096> buffer{};
    ssize_t count = -1;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        count = ::recv(socket, buffer.data(), buffer.size(), 0);
    }
    ::close(socket);
    return {buffer.data(), static_cast<std::size_t>(count > 0 ? count : 0)};
}

TEST(OriginPool, ServesRequestsOfAllClientsWithOneConnection) {
    const temporary_folder folder;
    scripted_origin origin;
    const launched_server proxy =
        started_proxy(origin, {"--control-socket", folder.path() + "/control.sock"});
    client first(proxy.port());
    ASSERT_TRUE(first.send(get_a));
    const auto upstream = origin.accept();
    upstream->receive_head();
    ASSERT_TRUE(upstream->answer("served"));
    ASSERT_EQ(first.receive().body, "served");
    serve(first, *upstream, get_a);
    client second(proxy.port());
    serve(second, *upstream, post_a);
    EXPECT_THAT(told_by(folder.path() + "/control.sock"),
                HasSubstr(" origin_connections_total=1 origin_requests_total=3 "
                          "origin_reuses_total=2 "));
}

TEST(OriginPool, KeepsAConnectionToTheHostThatItWasMadeFor) {
    for (const std::string match : {"host", "sni", "both"}) {
        tls_origin served(match);
        client peer(served.proxy.port());
        ASSERT_TRUE(peer.send(get_a));
        const auto for_a = served.accept();
        EXPECT_EQ(for_a->sni(), "a.test");
        EXPECT_THAT(for_a->receive_head(), HasSubstr("\r\nHost: a.test\r\n"));
        ASSERT_TRUE(for_a->answer("a"));
        EXPECT_EQ(peer.receive().body, "a");
        ASSERT_TRUE(peer.send("GET / HTTP/1.1\r\nHost: B.test.:443\r\n\r\n"));
        const auto for_b = served.accept();
        EXPECT_EQ(for_b->sni(), "b.test");
        for_b->receive_head();
        ASSERT_TRUE(for_b->answer("b"));
        EXPECT_EQ(peer.receive().body, "b");
        for (int i = 0; i < 3; ++i) {
            serve(peer, *for_a, get_a);
            serve(peer, *for_b, get_b);
        }
    }
}

TEST(OriginPool, TrustsNoOriginThatIsNotCertifiedForTheHost) {
    tls_origin served("both");
    for (const std::string host : {"c.test", "127.0.0.1"}) {
        client peer(served.proxy.port());
        ASSERT_TRUE(peer.send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"));
        const auto upstream = served.accept();
        // RFC 6066 3: an address is no name.
        EXPECT_EQ(upstream->sni(), host == "c.test" ? "c.test" : "");
        EXPECT_EQ(peer.receive().status, 502);
        EXPECT_TRUE(upstream->ends());
    }
}

TEST(OriginPool, ForgetsAConnectionThatTheOriginEnds) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(peer.send(get_a));
    const auto first = origin.accept();
    first->receive_head();
    ASSERT_TRUE(first->answer("served"));
    EXPECT_EQ(peer.receive().body, "served");
    first->half_close();
    EXPECT_TRUE(first->ends());  // the proxy closes its end, without being asked anything
    ASSERT_TRUE(peer.send(post_a));
    const auto second = origin.accept();
    second->receive_head();
    ASSERT_TRUE(second->answer("served"));
    EXPECT_EQ(peer.receive().body, "served");
}

TEST(OriginPool, ClosesAConnectionThatSaysWhatNobodyAsked) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(peer.send(get_a));
    const auto chatty = origin.accept();
    chatty->receive_head();
    ASSERT_TRUE(chatty->send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(peer.receive().body, "ok");
    EXPECT_TRUE(chatty->ends());
    ASSERT_TRUE(peer.send(get_a));
    const auto late = origin.accept();
    late->receive_head();
    ASSERT_TRUE(late->answer("ok"));
    EXPECT_EQ(peer.receive().body, "ok");
    ASSERT_TRUE(late->send("HTTP/1.1 408 Request Timeout\r\n\r\n"));
    EXPECT_TRUE(late->ends());
}

TEST(OriginPool, ClosesWhatHasBeenIdleForLong) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin, {"--pool-idle-timeout", "50ms"});
    client peer(proxy.port());
    ASSERT_TRUE(peer.send(get_a));
    const auto upstream = origin.accept();
    upstream->receive_head();
    ASSERT_TRUE(upstream->answer("served"));
    EXPECT_EQ(peer.receive().body, "served");
    EXPECT_TRUE(upstream->ends());
}

TEST(OriginPool, HoldsNoMoreThanItMay) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin, {"--pool-max", "0"});
    client peer(proxy.port());
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(peer.send(get_a));
        const auto upstream = origin.accept();
        upstream->receive_head();
        ASSERT_TRUE(upstream->answer("served"));
        EXPECT_EQ(peer.receive().body, "served");
        EXPECT_TRUE(upstream->ends());
    }
}

TEST(OriginPool, RepeatsAnIdempotentRequestWhoseConnectionHasEnded) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(peer.send(get_a));
    const auto used = origin.accept();
    used->receive_head();
    ASSERT_TRUE(used->answer("served"));
    EXPECT_EQ(peer.receive().body, "served");
    ASSERT_TRUE(peer.send(get_a));
    used->receive_head();
    used->close();
    const auto fresh = origin.accept();
    EXPECT_THAT(fresh->receive_head(), StartsWith("GET / "));
    ASSERT_TRUE(fresh->answer("again"));
    EXPECT_EQ(peer.receive().body, "again");
    // Not a second time, and not when there was an answer that broke off.
    ASSERT_TRUE(peer.send(get_a));
    fresh->receive_head();
    ASSERT_TRUE(fresh->send("HTTP/1.1 2"));
    fresh->close();
    EXPECT_EQ(peer.receive().status, 502);
}

TEST(OriginPool, RepeatsNothingThatMayHaveHadAnEffect) {
    scripted_origin origin;
    const launched_server proxy = started_proxy(origin);
    client peer(proxy.port());
    ASSERT_TRUE(peer.send(get_a));
    const auto used = origin.accept();
    used->receive_head();
    ASSERT_TRUE(used->answer("served"));
    EXPECT_EQ(peer.receive().body, "served");
    ASSERT_TRUE(peer.send(post_a));
    used->receive_head();
    used->reset();
    EXPECT_EQ(peer.receive().status, 502);
}

}  // namespace
}  // namespace reference
