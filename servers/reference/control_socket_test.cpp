// What is told over the control socket, and what becomes of its file.

#include "servers/reference/testing/client.hpp"
#include "servers/reference/testing/launched_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

namespace reference {
namespace {

using testing::client;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::launched_server;
using ::testing::Not;
using ::testing::StartsWith;
using testing::temporary_folder;

class ControlSocket : public ::testing::Test {
protected:
    std::vector<std::string> arguments(std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"--http", "127.0.0.1:0", "--control-socket", path});
        return more;
    }

    // What the server says until it closes; empty: nobody listens.
    std::string asked() const {
        const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval limit = {.tv_sec = testing::patience.count(), .tv_usec = 0};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        std::string text;
        if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
            std::array<char, 4096> buffer{};
            for (ssize_t count = 1; count > 0;) {
                count = ::recv(socket, buffer.data(), buffer.size(), 0);
                text.append(buffer.data(), static_cast<std::size_t>(count > 0 ? count : 0));
            }
        }
        ::close(socket);
        return text;
    }

    bool is_there() const {
        struct stat found = {};
        return ::lstat(path.c_str(), &found) == 0;
    }

    temporary_folder folder;
    const std::string path = folder.path() + "/control.sock";
};

TEST_F(ControlSocket, TellsTheMetricsInOneLine) {
    const launched_server server(arguments());
    EXPECT_EQ(client(server.port()).get("/").status, 200);
    for (int i = 0; i < 3; ++i) {
        const std::string line = asked();
        EXPECT_THAT(line, StartsWith("connections_accepted_total=1 connections_open="));
        EXPECT_THAT(line, EndsWith(" accept_backoffs_total=0\n"));
        EXPECT_EQ(line.find('\n'), line.size() - 1);
    }
}

TEST_F(ControlSocket, AnswersWhileTheServerDrainsAndIsGoneAfterwards) {
    launched_server server(arguments());
    client slow(server.port());
    ASSERT_TRUE(slow.send("GET / HT"));
    client canary(server.port());
    EXPECT_EQ(canary.get("/").status, 200);
    server.signal(SIGTERM);
    ASSERT_TRUE(server.wait_for_log("event=stopping"));
    EXPECT_THAT(asked(), HasSubstr("connections_open="));
    ASSERT_TRUE(slow.send("TP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_EQ(slow.receive().status, 200);
    slow.reset();
    EXPECT_EQ(server.wait_for_exit(), 0);
    EXPECT_FALSE(is_there());
}

TEST_F(ControlSocket, ComesBackWithEachRestart) {
    launched_server server(arguments({"--in-process-restarts"}));
    const std::size_t held = server.descriptors().size();
    for (int life = 2; life <= 10; ++life) {
        server.signal(SIGHUP);
        ASSERT_TRUE(server.wait_for_log("event=listening", life)) << server.log();
        EXPECT_THAT(asked(), StartsWith("connections_accepted_total=0 "));
    }
    EXPECT_EQ(server.descriptors().size(), held);
    server.signal(SIGTERM);
    EXPECT_EQ(server.wait_for_exit(), 0);
    EXPECT_FALSE(is_there());
}

TEST_F(ControlSocket, TakesThePlaceOfOneWhoseServerWasKilled) {
    {
        launched_server killed(arguments());
        killed.signal(SIGKILL);
        EXPECT_EQ(killed.wait_for_exit(), SIGKILL);
    }
    ASSERT_TRUE(is_there());
    const launched_server next(arguments());
    EXPECT_THAT(asked(), HasSubstr("connections_open=0"));
}

TEST_F(ControlSocket, IsNotTakenFromAServerThatListens) {
    const launched_server first(arguments());
    EXPECT_NONFATAL_FAILURE(launched_server{arguments()},
                            "cannot listen on " + path + ": Address already in use");
    EXPECT_THAT(asked(), Not(""));
}

TEST_F(ControlSocket, DoesNotReplaceAFileThatIsNoSocket) {
    std::ofstream(path) << "somebody's";
    EXPECT_NONFATAL_FAILURE(launched_server{arguments()}, "Address already in use");
    EXPECT_TRUE(is_there());
}

TEST_F(ControlSocket, LeavesNoFileWhenTheServerCannotStart) {
    const launched_server first({"--http", "127.0.0.1:0"});
    const std::string taken = "127.0.0.1:" + std::to_string(first.port());
    EXPECT_NONFATAL_FAILURE(launched_server({"--http", taken, "--control-socket", path}),
                            "cannot listen on " + taken);
    EXPECT_FALSE(is_there());
}

}  // namespace
}  // namespace reference
