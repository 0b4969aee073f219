// `stormdrain attack` as a user runs it against a server that is there already.

#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>
#include <string_view>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

constexpr int all_answered = 0;
constexpr int some_failed = 1;
constexpr int bad_usage = 2;
constexpr auto attack_limit = 40s;
constexpr int look_interval_ms = 10;

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket, generic, size), 0);
    EXPECT_EQ(::getsockname(socket, generic, &size), 0);
    ::close(socket);
    return ntohs(address.sin_port);
}

bool listens(int port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    const bool connected = ::connect(socket, generic, sizeof address) == 0;
    ::close(socket);
    return connected;
}

// The reference server's own counters; empty when it does not answer.
std::string metrics_of(int port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{10, 0};
    EXPECT_EQ(::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
    const sockaddr_in address = loopback(port);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    EXPECT_EQ(::connect(socket, generic, sizeof address), 0);
    const std::string_view request =
        "GET /metrics HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    EXPECT_EQ(::send(socket, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    std::string answer;
    std::array<char, 4096> buffer{};
    ssize_t count = 0;
    while ((count = ::recv(socket, buffer.data(), buffer.size(), 0)) > 0) {
        answer.append(buffer.data(), static_cast<std::size_t>(count));
    }
    ::close(socket);
    return answer;
}

class Attack : public stormdrain_fixture {
protected:
    void start_server(const std::vector<std::string>& more = {}) {
        const std::filesystem::path folder =
            std::filesystem::path(STORMDRAIN_PROGRAM).parent_path();
        std::vector<std::string> argv{(folder / "server_reference").string(), "--http",
                                      "127.0.0.1:" + std::to_string(port_)};
        argv.insert(argv.end(), more.begin(), more.end());
        server_.emplace(argv, file("server"));
        const auto deadline = clock::now() + 10s;
        while (!listens(port_) || (!more.empty() && !listens(tls_port_))) {
            ASSERT_LT(clock::now(), deadline) << read_file(file("server"));
            ::poll(nullptr, 0, look_interval_ms);
        }
    }

    void start_tls_server() {
        if (std::string(OPENSSL_PROGRAM).empty()) {
            GTEST_SKIP() << "no openssl: nothing makes a certificate";
        }
        const std::string key = file("key.pem");
        const std::string certificate = file("certificate.pem");
        const finished made = run_program({OPENSSL_PROGRAM, "req", "-x509", "-newkey", "ec",
                                           "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
                                           "/CN=localhost", "-keyout", key, "-out", certificate},
                                          file("openssl"), attack_limit);
        ASSERT_EQ(made.how.exit_code, 0) << made.output;
        start_server({"--https", "127.0.0.1:" + std::to_string(tls_port_), "--certificate",
                      certificate, "--key", key});
    }

    finished attack(const std::string& path, const std::vector<std::string>& options) const {
        return attack_url("http://127.0.0.1:" + std::to_string(port_) + path, options);
    }
    finished attack_tls(const std::vector<std::string>& options) const {
        return attack_url("https://127.0.0.1:" + std::to_string(tls_port_) + "/", options);
    }
    finished attack_url(const std::string& url, const std::vector<std::string>& options) const {
        std::vector<std::string> argv = {STORMDRAIN_PROGRAM, "attack", url};
        argv.insert(argv.end(), options.begin(), options.end());
        return run_program(argv, file("output"), attack_limit);
    }

    const int port_ = free_port();
    const int tls_port_ = free_port();
    std::optional<program> server_;
};

TEST_F(Attack, SaysThatEveryRequestWasAnswered) {
    start_server();
    const finished run = attack("/", {"--clients", "20", "--requests", "5000"});
    EXPECT_EQ(run.how.exit_code, all_answered) << run.output;
    EXPECT_THAT(run.output, AllOf(HasSubstr("5000 begun, 5000 answered with 200, 0 not"),
                                  HasSubstr("20 connections opened"), HasSubstr("p99")));
}

// Goal: what the client counted is what the server counted.
TEST_F(Attack, CountsWhatTheServerCounts) {
    start_server();
    for (const char* way : {"--pipeline=8", "--close"}) {
        const finished run = attack("/", {"--clients", "50", "--requests", "10000", way});
        EXPECT_EQ(run.how.exit_code, all_answered) << run.output;
    }
    // This question is the last of them.
    EXPECT_THAT(metrics_of(port_), HasSubstr("requests_total 20001\n"));
}

// Goal: the same over TLS and HTTP/2, alone and together.
TEST_F(Attack, CountsWhatTheServerCountsWhateverItSpeaks) {
    start_tls_server();
    if (IsSkipped() || HasFatalFailure()) {
        return;
    }
    const auto expect_answers = [](const finished& run, int count) {
        EXPECT_EQ(run.how.exit_code, all_answered) << run.output;
        EXPECT_THAT(run.output, HasSubstr(std::to_string(count) + " answered with 200, 0 not"))
            << run.output;
    };
    expect_answers(attack("/", {"--http2", "--clients=10", "--requests=5000"}), 5000);
    expect_answers(attack("/", {"--http2", "--streams=32", "--requests=10000"}), 10'000);
    expect_answers(attack_tls({"--clients=10", "--requests=2000"}), 2000);
    expect_answers(attack_tls({"--http2", "--streams=32", "--requests=3000"}), 3000);
    EXPECT_THAT(metrics_of(port_), HasSubstr("requests_total 20001\n"));
}

TEST_F(Attack, CountsFullAndResumedHandshakesApart) {
    start_tls_server();
    if (IsSkipped() || HasFatalFailure()) {
        return;
    }
    const finished full = attack_tls({"--close", "--clients=2", "--requests=40"});
    EXPECT_EQ(full.how.exit_code, all_answered) << full.output;
    EXPECT_THAT(full.output, HasSubstr("handshake     40 full, 0 resumed")) << full.output;
    const finished resumed = attack_tls({"--close", "--clients=2", "--requests=40", "--resume"});
    EXPECT_EQ(resumed.how.exit_code, all_answered) << resumed.output;
    EXPECT_THAT(resumed.output, HasSubstr("handshake     2 full, 38 resumed")) << resumed.output;
}

TEST_F(Attack, TakesEveryShapeOfLoad) {
    start_server();
    const std::vector<std::vector<std::string>> shapes = {
        {"--close", "--requests", "500"},
        {"--rate", "1000/s", "--duration", "300ms"},
        {"--rate", "1000/s", "--ramp", "200ms", "--requests", "200", "--threads", "2"},
        {"--burst", "50ms", "--clients", "100"},
        {"--ramp", "100ms", "--duration", "200ms"},
        {"--rate", "1000/s", "--arrivals", "random", "--seed", "7", "--requests", "200"},
    };
    for (const std::vector<std::string>& shape : shapes) {
        const finished run = attack("/", shape);
        EXPECT_EQ(run.how.exit_code, all_answered) << shape.front() << "\n" << run.output;
    }
}

TEST_F(Attack, FailsWhenAnswersAreNotWhatIsExpected) {
    start_server();
    const finished run = attack("/", {"--requests", "10", "--status", "404"});
    EXPECT_EQ(run.how.exit_code, some_failed) << run.output;
    EXPECT_THAT(run.output, HasSubstr("answered with status 200"));
}

TEST_F(Attack, FailsWhenNobodyListens) {
    const finished run = attack("/", {"--requests", "3", "--clients", "1"});
    EXPECT_EQ(run.how.exit_code, some_failed) << run.output;
    EXPECT_THAT(run.output, HasSubstr("3 refused in phase connect"));
}

TEST_F(Attack, RefusesWhatMakesNoSense) {
    EXPECT_EQ(attack("/", {"--pipeline", "2", "--close"}).how.exit_code, bad_usage);
    EXPECT_EQ(attack("/", {"--burst", "1s", "--rate", "5"}).how.exit_code, bad_usage);
    EXPECT_EQ(attack("/", {"--threads", "20"}).how.exit_code, bad_usage);
    EXPECT_EQ(attack("/a b", {}).how.exit_code, bad_usage);
    EXPECT_EQ(attack("/", {"--streams", "2"}).how.exit_code, bad_usage);
    EXPECT_EQ(attack("/", {"--http2", "--pipeline", "2"}).how.exit_code, bad_usage);
    EXPECT_EQ(attack("/", {"--http2", "--streams", "2", "--close"}).how.exit_code, bad_usage);
    EXPECT_EQ(attack("/", {"--resume"}).how.exit_code, bad_usage);
    EXPECT_EQ(attack("/", {"--pid", "2147483647"}).how.exit_code, bad_usage);
}

TEST_F(Attack, SaysWhatTheProcessHeldAndUsed) {
    start_server();
    const std::string pid = std::to_string(server_->pid());
    const finished run = attack("/", {"--requests", "1000", "--pid", pid});
    EXPECT_EQ(run.how.exit_code, all_answered) << run.output;
    EXPECT_THAT(run.output, AllOf(HasSubstr("process       " + pid + " (server_referenc"),
                                  HasSubstr("descriptors   ")));
}

}  // namespace
}  // namespace stormdrain::acceptance
