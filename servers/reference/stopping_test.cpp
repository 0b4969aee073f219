// What a stop does to clients in every state, and when it ends.

#include "servers/reference/testing/client.hpp"
#include "servers/reference/testing/launched_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace reference {
namespace {

using testing::client;
using ::testing::HasSubstr;
using testing::launched_server;
using testing::reply;

const std::string get_small = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";
// Far longer than the tests wait: whoever needs it fails them.
const std::vector<std::string> patient = {
    "--http",         "127.0.0.1:0", "--drain-deadline",     "1min",
    "--linger",       "1min",        "--header-timeout",     "1min",
    "--body-timeout", "1min",        "--keep-alive-timeout", "1min"};

// True once the server's listener refuses.
bool refuses(std::uint16_t port) {
    try {
        client probe(port);
        return false;
    } catch (const std::system_error& error) {
        return error.code() == std::errc::connection_refused;
    }
}

TEST(Stopping, ClosesWhoOwesNothingAtOnce) {
    launched_server server(patient);
    client idle(server.port());
    EXPECT_EQ(idle.get("/").status, 200);
    client silent(server.port());
    server.signal(SIGTERM);
    EXPECT_EQ(server.wait_for_exit(), 0);
    EXPECT_TRUE(idle.ends());
    EXPECT_TRUE(silent.ends());
    EXPECT_THAT(server.log(), HasSubstr("event=drained force_closed=0\nevent=stopped\n"));
}

TEST(Stopping, CompletesWhatHasBegunAndAnnouncesTheClose) {
    launched_server server(patient);
    client in_flight(server.port());
    client partial_header(server.port());
    client partial_body(server.port());
    client half_closed(server.port());
    ASSERT_TRUE(partial_header.send("GET / HT"));
    ASSERT_TRUE(partial_body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo"));
    ASSERT_TRUE(half_closed.send("GET /delay/300 HTTP/1.1\r\nHost: a\r\n\r\n"));
    half_closed.half_close();
    ASSERT_TRUE(in_flight.send("GET /delay/300 HTTP/1.1\r\nHost: a\r\n\r\n"));
    client canary(server.port());
    EXPECT_EQ(canary.get("/").status, 200);  // everything before has been read as well
    server.signal(SIGTERM);
    ASSERT_TRUE(server.wait_for_log("event=stopping"));
    EXPECT_TRUE(canary.ends());
    EXPECT_TRUE(refuses(server.port()));
    ASSERT_TRUE(partial_header.send("TP/1.1\r\nHost: a\r\n\r\n"));
    ASSERT_TRUE(partial_body.send("dy"));
    for (client* one : {&partial_header, &partial_body, &half_closed, &in_flight}) {
        const reply answer = one->receive();
        EXPECT_EQ(answer.status, 200);
        EXPECT_TRUE(answer.announces_close());
        EXPECT_TRUE(one->ends());
    }
    EXPECT_EQ(server.wait_for_exit(), 0);
    EXPECT_THAT(server.log(), HasSubstr("event=drained force_closed=0\n"));
}

TEST(Stopping, AnswersWhatIsPipelinedAlready) {
    launched_server server(patient);
    client peer(server.port());
    ASSERT_TRUE(peer.send("GET /delay/200 HTTP/1.1\r\nHost: a\r\n\r\n" + get_small + get_small));
    client canary(server.port());
    EXPECT_EQ(canary.get("/").status, 200);
    server.signal(SIGTERM);
    EXPECT_EQ(peer.receive().body, "waited\n");
    EXPECT_EQ(peer.receive().status, 200);
    const reply last = peer.receive();
    EXPECT_EQ(last.status, 200);
    EXPECT_TRUE(last.announces_close());
    EXPECT_EQ(server.wait_for_exit(), 0);
}

// The server is stopped (SIGSTOP) while the clients connect and send, and the stop signal waits
// for it with them.
TEST(Stopping, ServesTheAcceptQueueAndTheReceiveQueues) {
    launched_server server(patient);
    client idle(server.port());
    EXPECT_EQ(idle.get("/").status, 200);
    server.signal(SIGSTOP);
    std::vector<std::unique_ptr<client>> queued;
    for (int i = 0; i < 100; ++i) {
        queued.push_back(std::make_unique<client>(server.port()));
        ASSERT_TRUE(queued.back()->send(get_small));
    }
    ASSERT_TRUE(idle.send(get_small));
    server.signal(SIGTERM);
    server.signal(SIGCONT);
    for (const auto& one : queued) {
        EXPECT_EQ(one->receive().status, 200);
    }
    EXPECT_EQ(idle.receive().status, 200);
    EXPECT_TRUE(idle.ends());
    queued.clear();
    EXPECT_EQ(server.wait_for_exit(), 0);
}

TEST(Stopping, EndsByRequest) {
    launched_server server(patient);
    client idle(server.port());
    EXPECT_EQ(idle.get("/").status, 200);
    client asking(server.port());
    ASSERT_TRUE(asking.send("POST /shutdown HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"));
    const reply answer = asking.receive();
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.announces_close());
    EXPECT_TRUE(idle.ends());
    // The asking client stays: --linger-at-stop ends that, not --linger.
    EXPECT_EQ(server.wait_for_exit(), 0);
}

TEST(Stopping, CutsStragglersAtTheDrainDeadline) {
    launched_server server({"--http", "127.0.0.1:0", "--drain-deadline", "200ms"});
    client stalled(server.port());
    stalled.shrink_receive_buffer();
    ASSERT_TRUE(stalled.send("GET /bytes/99999999 HTTP/1.1\r\nHost: a\r\n\r\n"));
    client partial(server.port());
    ASSERT_TRUE(partial.send("GET / HT"));
    client in_flight(server.port());
    ASSERT_TRUE(in_flight.send("GET /delay/600000 HTTP/1.1\r\nHost: a\r\n\r\n"));
    client canary(server.port());
    EXPECT_EQ(canary.get("/").status, 200);
    server.signal(SIGTERM);
    EXPECT_EQ(server.wait_for_exit(), 0);
    EXPECT_THAT(server.log(), HasSubstr("event=drained force_closed=3\n"));
}

TEST(Stopping, IsForcedByASecondSignal) {
    launched_server server(patient);
    client in_flight(server.port());
    ASSERT_TRUE(in_flight.send("GET /delay/600000 HTTP/1.1\r\nHost: a\r\n\r\n"));
    client canary(server.port());
    EXPECT_EQ(canary.get("/").status, 200);
    server.signal(SIGTERM);
    ASSERT_TRUE(server.wait_for_log("event=stopping"));
    server.signal(SIGINT);
    EXPECT_EQ(server.wait_for_exit(), 0);
    EXPECT_THAT(server.log(), HasSubstr("event=forced signal=2\n"));
    EXPECT_THAT(server.log(), HasSubstr("event=drained force_closed=1\n"));
}

TEST(Stopping, IsForcedAtOnceBySigquit) {
    launched_server server(patient);
    client in_flight(server.port());
    ASSERT_TRUE(in_flight.send("GET /delay/600000 HTTP/1.1\r\nHost: a\r\n\r\n"));
    client canary(server.port());
    EXPECT_EQ(canary.get("/").status, 200);
    server.signal(SIGQUIT);
    EXPECT_EQ(server.wait_for_exit(), 0);
    EXPECT_TRUE(in_flight.ends());
    EXPECT_THAT(server.log(), HasSubstr("event=forced signal=3\n"));
}

// A supervisor that is impatient repeats itself: no instant of the stop may give it the exit status
// of a death by signal.
TEST(Stopping, EndsAsPromisedHoweverOftenItIsTold) {
    constexpr int rounds = 20;
    constexpr int signals_max = 1000;  // a server that gets them without end gets nothing done
    for (int i = 0; i < rounds; ++i) {
        launched_server server({"--http", "127.0.0.1:0"});
        client idle(server.port());
        EXPECT_EQ(idle.get("/").status, 200);
        int status = -1;
        for (int sent = 0; status == -1 && sent < signals_max; ++sent) {
            server.signal(sent % 2 == 0 ? SIGTERM : SIGINT);
            status = server.wait_for_exit(std::chrono::milliseconds(0));
        }
        if (status == -1) {
            status = server.wait_for_exit(std::chrono::seconds(10));
        }
        ASSERT_EQ(status, 0) << "round " << i;
    }
}

TEST(Stopping, RestartsInsideTheProcessWithoutLeavingAnything) {
    launched_server server({"--http", "127.0.0.1:0", "--in-process-restarts"});
    const std::uint16_t port = server.port();
    std::vector<std::string> before = server.descriptors();
    std::sort(before.begin(), before.end());
    constexpr int restarts = 50;
    for (int i = 1; i <= restarts; ++i) {
        client idle(port);
        EXPECT_EQ(idle.get("/").status, 200);
        if (i % 2 == 0) {
            server.signal(SIGHUP);
        } else {
            client asking(port);
            EXPECT_EQ(asking.get("/shutdown").status, 200);
        }
        EXPECT_TRUE(idle.ends());
        ASSERT_TRUE(server.wait_for_log("event=listening", i + 1)) << server.log();
    }
    std::vector<std::string> after = server.descriptors();
    std::sort(after.begin(), after.end());
    EXPECT_EQ(after.size(), before.size());
    EXPECT_NE(after, before) << "the listener must be a new socket";
    EXPECT_EQ(client(port).get("/").status, 200);
    server.signal(SIGTERM);
    EXPECT_EQ(server.wait_for_exit(), 0);
}

// A pipe to the server's standard input, and what it is told there.
struct told_on_stdin {
    explicit told_on_stdin(const std::string& text) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        launched_server server(
            {.arguments = {"--http", "127.0.0.1:0", "--stop-on-stdin"}, .standard_input = ends[0]});
        ::close(ends[0]);
        EXPECT_EQ(client(server.port()).get("/").status, 200);
        EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
        if (text.empty()) {
            ::close(ends[1]);
        }
        exit_status = server.wait_for_exit();
        if (!text.empty()) {
            ::close(ends[1]);
        }
        log = server.log();
    }
    int exit_status = -1;
    std::string log;
};

TEST(Stopping, EndsWithItsStandardInputWhenAskedTo) {
    const told_on_stdin end("");
    EXPECT_EQ(end.exit_status, 0);
    EXPECT_THAT(end.log, HasSubstr("event=drained force_closed=0\nevent=stopped\n"));
}

TEST(Stopping, TakesAWordOnStandardInputForASignal) {
    const std::string no_line(3000, 'x');
    const told_on_stdin quit("help\n" + no_line + "\nquit\n");
    EXPECT_EQ(quit.exit_status, 0);
    EXPECT_THAT(quit.log, HasSubstr("event=stopped\n"));
}

TEST(Stopping, ReportsATakenPort) {
    launched_server first({"--http", "127.0.0.1:0"});
    const std::string address = "127.0.0.1:" + std::to_string(first.port());
    EXPECT_NONFATAL_FAILURE(launched_server({"--http", address}), "Address already in use");
}

}  // namespace
}  // namespace reference
