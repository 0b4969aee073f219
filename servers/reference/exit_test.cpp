// What the server holds at the instant of its exit: no connection, however it was stopped.

#include "servers/reference/testing/client.hpp"
#include "servers/reference/testing/launched_server.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace reference {
namespace {

using testing::certificate_folder;
using testing::client;
using ::testing::IsEmpty;
using testing::launched_server;
using ::testing::SizeIs;

// Standard input and output are those of the test, and may be sockets.
std::set<std::string> own_standard_streams() {
    std::set<std::string> own;
    for (const char* number : {"0", "1", "2"}) {
        std::error_code closed;
        own.insert(std::filesystem::read_symlink(std::string("/proc/self/fd/") + number, closed));
    }
    return own;
}

std::vector<std::string> sockets_of(const std::vector<std::string>& descriptors) {
    const std::set<std::string> own = own_standard_streams();
    std::vector<std::string> sockets;
    for (const std::string& one : descriptors) {
        if (one.starts_with("socket:") && !own.contains(one)) {
            sockets.push_back(one);
        }
    }
    return sockets;
}

class Exit : public ::testing::Test {
protected:
    void SetUp() override {
#if defined(__SANITIZE_ADDRESS__)
        GTEST_SKIP() << "LeakSanitizer traces its own process at the exit, and so do we";
#endif
        hold_connections();
        if (!server.watch_exit()) {
            GTEST_SKIP() << "no permission for ptrace(2)";
        }
    }

    // In every state that a stop can find a connection in.
    void hold_connections() {
        for (const char* sent :
             {"", "GET / HT", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo",
              "GET /delay/600000 HTTP/1.1\r\nHost: a\r\n\r\n"}) {
            connect(server.port()).send(sent);
        }
        client& stalled = connect(server.port());
        stalled.shrink_receive_buffer();
        stalled.send("GET /bytes/99999999 HTTP/1.1\r\nHost: a\r\n\r\n");
        client& half_closed = connect(server.port());
        half_closed.send("GET /delay/600000 HTTP/1.1\r\nHost: a\r\n\r\n");
        half_closed.half_close();
        client& asks_to_close = connect(server.port());
        asks_to_close.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        connect(server.tls_port());
        connect(server.tls_port()).send("\x16\x03\x01");  // a handshake that was begun
        client& tls_idle = connect(server.tls_port());
        ASSERT_TRUE(tls_idle.start_tls());
        EXPECT_EQ(tls_idle.get("/").status, 200);
        client& tls_in_flight = connect(server.tls_port());
        ASSERT_TRUE(tls_in_flight.start_tls());
        tls_in_flight.send("GET /delay/600000 HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_EQ(connect(server.port()).get("/").status, 200);
    }

    client& connect(std::uint16_t port) {
        clients.push_back(std::make_unique<client>(port));
        return *clients.back();
    }

    // The server has been told to stop.
    void expect_that_it_closes_everything() {
        EXPECT_THAT(sockets_of(server.look_at_exit().descriptors), IsEmpty());
        EXPECT_EQ(server.wait_for_exit(), 0);
    }

    certificate_folder files;
    std::vector<std::string> arguments = {"--http",      "127.0.0.1:0",   "--https",
                                          "127.0.0.1:0", "--certificate", files.certificate(),
                                          "--key",       files.key(),     "--drain-deadline",
                                          "200ms"};
    launched_server server{arguments};
    std::vector<std::unique_ptr<client>> clients;
};

TEST_F(Exit, ClosesEverythingAfterSigterm) {
    server.signal(SIGTERM);
    expect_that_it_closes_everything();
}

TEST_F(Exit, ClosesEverythingAfterSigint) {
    server.signal(SIGINT);
    expect_that_it_closes_everything();
}

TEST_F(Exit, ClosesEverythingAfterARequest) {
    client& asking = connect(server.port());
    EXPECT_EQ(asking.get("/shutdown").status, 200);
    expect_that_it_closes_everything();
}

TEST_F(Exit, ClosesEverythingWhenItIsForced) {
    server.signal(SIGTERM);
    server.signal(SIGINT);
    expect_that_it_closes_everything();
}

TEST_F(Exit, ClosesEverythingThatConnectsMeanwhile) {
    server.signal(SIGTERM);  // it gets it, and runs on, when we wait for its exit
    for (int i = 0; i < 20; ++i) {
        connect(server.port());
        connect(server.tls_port());
    }
    expect_that_it_closes_everything();
}

// Its handlers are gone by then: a stop signal that comes now would kill a server that is done.
TEST_F(Exit, CannotDieOfAStopSignalThatComesTooLate) {
    server.signal(SIGTERM);
    const std::uint64_t blocked = server.look_at_exit().blocked_signals;
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        EXPECT_NE(blocked & (std::uint64_t{1} << (number - 1)), 0U) << number;
    }
    EXPECT_EQ(server.wait_for_exit(), 0);
}

// That the look sees what there is to see.
TEST_F(Exit, HoldsItsConnectionsWhenItIsKilled) {
    server.signal(SIGKILL);
    EXPECT_THAT(sockets_of(server.look_at_exit().descriptors),
                SizeIs(::testing::Ge(clients.size())));
}

}  // namespace
}  // namespace reference
