// What the accept loop makes of errors that the kernel gives rarely: strace(1) gives them here.

#include "servers/reference/testing/client.hpp"
#include "servers/reference/testing/launched_server.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <string>
#include <vector>

namespace reference {
namespace {

using testing::client;
using ::testing::HasSubstr;
using testing::launched_server;
using testing::reply;

// Lets the server's next `count` calls of accept4(2) fail, as long as it lives.
class failing_accepts {
public:
    failing_accepts(pid_t server, const std::string& error, int count) {
        std::vector<std::string> words = {
            "strace", "-qq",
            "-o",     "/dev/null",
            "-e",     "trace=accept4",
            "-e",     "inject=accept4:error=" + error + ":when=1.." + std::to_string(count),
            "-p",     std::to_string(server)};
        strace_ = ::fork();
        if (strace_ == 0) {
            be_strace(words);
        }
        wait_until_attached(server);
    }
    failing_accepts(const failing_accepts&) = delete;
    failing_accepts& operator=(const failing_accepts&) = delete;
    ~failing_accepts() {
        if (strace_ > 0) {
            ::kill(strace_, SIGTERM);
            ::waitpid(strace_, nullptr, 0);
        }
    }

    // False: there is no strace, or it may not trace.
    bool works() const { return strace_ > 0; }

private:
    [[noreturn]] static void be_strace(std::vector<std::string>& words) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
        ::dup2(nowhere, STDERR_FILENO);
        std::vector<char*> argv;
        for (std::string& word : words) {
            argv.push_back(word.data());
        }
        argv.push_back(nullptr);
        ::execvp(argv.front(), argv.data());
        ::_exit(127);
    }

    void wait_until_attached(pid_t server) {
        const auto deadline = std::chrono::steady_clock::now() + testing::patience;
        while (tracer_of(server) != strace_ && std::chrono::steady_clock::now() < deadline) {
            if (::waitpid(strace_, nullptr, WNOHANG) == strace_) {
                strace_ = -1;
                return;
            }
            ::poll(nullptr, 0, 1);  // there is no event for another process's tracer
        }
    }

    static pid_t tracer_of(pid_t process) {
        std::ifstream status("/proc/" + std::to_string(process) + "/status");
        for (std::string name; status >> name;) {
            pid_t tracer = 0;
            if (name == "TracerPid:" && status >> tracer) {
                return tracer;
            }
        }
        return 0;
    }

    pid_t strace_ = -1;
};

class AcceptError : public ::testing::TestWithParam<std::string> {};
class ConnectionError : public ::testing::TestWithParam<std::string> {};

TEST_P(AcceptError, IsWaitedOut) {
    const launched_server server({"--http", "127.0.0.1:0", "--accept-backoff", "20ms"});
    const failing_accepts failing(server.pid(), GetParam(), 3);
    if (!failing.works()) {
        GTEST_SKIP() << "strace is missing, or may not trace";
    }
    client peer(server.port());
    const reply answer = peer.get("/metrics");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("accept_failures_total 3\naccept_backoffs_total 3\n"));
}

TEST_P(ConnectionError, DoesNotKeepTheNextWaiting) {
    const launched_server server({"--http", "127.0.0.1:0", "--accept-backoff", "1min"});
    const failing_accepts failing(server.pid(), GetParam(), 3);
    if (!failing.works()) {
        GTEST_SKIP() << "strace is missing, or may not trace";
    }
    client peer(server.port());
    const reply answer = peer.get("/metrics");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("accept_failures_total 3\naccept_backoffs_total 0\n"));
}

INSTANTIATE_TEST_SUITE_P(Shortage, AcceptError,
                         ::testing::Values("EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"));
INSTANTIATE_TEST_SUITE_P(Passing, ConnectionError,
                         ::testing::Values("ECONNABORTED", "EINTR", "EPERM"));

}  // namespace
}  // namespace reference
