// Our TLS sessions beside servers that others wrote: every request is answered, over full
// handshakes and over resumed ones.

#include "ci/acceptance/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto storm_limit = 30s;
constexpr auto start_limit = 20s;
constexpr int look_interval_ms = 20;

// A port of 127.0.0.1 that nobody has. The servers here listen by number only: it is kept until
// they are started, and what takes it in between shows as a certificate that is not trusted.
class free_port {
public:
    free_port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t bytes = sizeof(address);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), bytes), 0);
        EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &bytes), 0);
        number_ = std::to_string(ntohs(address.sin_port));
    }
    free_port(const free_port&) = delete;
    free_port& operator=(const free_port&) = delete;
    ~free_port() { release(); }

    void release() {
        if (socket_ >= 0) {
            ::close(socket_);
            socket_ = -1;
        }
    }
    const std::string& number() const { return number_; }

private:
    int socket_;
    std::string number_;
};

struct storm_wish {
    std::string session;
    std::string load = "handshakes";
    std::string requests = "40";
    std::string connections = "4";
};

class TlsSessions : public testing::Test {
protected:
    void SetUp() override {
        if (std::string(OPENSSL_PROGRAM).empty()) {
            GTEST_SKIP() << "no openssl: nothing makes a certificate";
        }
        make_certificate({"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"});
    }

    void make_certificate(const std::vector<std::string>& key) {
        std::vector<std::string> argv = {OPENSSL_PROGRAM, "req", "-x509"};
        argv.insert(argv.end(), key.begin(), key.end());
        const std::vector<std::string> rest = {"-nodes",
                                               "-days",
                                               "10",
                                               "-keyout",
                                               key_,
                                               "-out",
                                               certificate_,
                                               "-subj",
                                               "/CN=localhost",
                                               "-addext",
                                               "subjectAltName=DNS:localhost"};
        argv.insert(argv.end(), rest.begin(), rest.end());
        const finished made = run_program(argv, folder_.file("openssl.txt"), storm_limit);
        ASSERT_EQ(made.how.exit_code, 0) << made.output;
    }

    void start_nginx(const std::string& tickets) {
        if (std::string(NGINX_PROGRAM).empty()) {
            GTEST_SKIP() << "no nginx";
        }
        write_file(folder_.file("nginx.conf"),
                   "daemon off; master_process off; pid nginx.pid; error_log stderr warn;\n"
                   "events {}\n"
                   "http { access_log off; ssl_session_tickets " +
                       tickets +
                       "; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f;\n"
                       "uwsgi_temp_path u; scgi_temp_path s;\n"
                       "server { listen 127.0.0.1:" +
                       port_.number() + " ssl; ssl_certificate " + certificate_ +
                       "; ssl_certificate_key " + key_ +
                       "; ssl_protocols TLSv1.2 TLSv1.3;\n"
                       "location = /small { return 200 \"hello world\\n\"; } } }\n");
        start({NGINX_PROGRAM, "-p", folder_.file(""), "-c", "nginx.conf", "-e", "stderr"});
    }

    // HTTP address, HTTPS address, certificate, key.
    void start_with_arguments(std::vector<std::string> argv, const std::string& address) {
        argv.insert(argv.end(),
                    {address + plain_port_.number(), address + port_.number(), certificate_, key_});
        start(argv);
    }

    void start(const std::vector<std::string>& argv) {
        plain_port_.release();
        port_.release();
        server_ = std::make_unique<program>(argv, folder_.file("server.txt"));
    }

    // What the storm says of itself; it is repeated until the server listens.
    finished storm(const storm_wish& wish) {
        const clock::time_point deadline = clock::now() + start_limit;
        std::vector<std::string> argv = {TLS_STORM_PROGRAM, wish.session,     wish.load,
                                         port_.number(),    wish.connections, wish.requests};
        argv.push_back(certificate_);
        while (true) {
            finished run = run_program(argv, folder_.file("storm.txt"), storm_limit);
            const bool is_refused = run.output.find("efused") != std::string::npos ||
                                    run.output.find("Broken pipe") != std::string::npos;
            if (!is_refused || clock::now() > deadline) {
                return run;
            }
            ::poll(nullptr, 0, look_interval_ms);  // nothing tells when another process listens
        }
    }

    void expect_full_handshakes() {
        for (const char* const session : {"openssl", "own", "own_unproven"}) {
            const finished run = storm({session});
            EXPECT_EQ(run.how.exit_code, 0) << session << ": " << run.output;
            EXPECT_EQ(run.output, "40 full handshakes, 0 resumed, 40 answers\n") << session;
        }
        for (const char* const session : {"openssl", "own"}) {
            const finished run = storm({session, "keep_alive", "400"});
            EXPECT_EQ(run.output, "4 full handshakes, 0 resumed, 400 answers\n") << session;
        }
    }

    // The first of each connection's may be a full one.
    void expect_resumed_handshakes() {
        for (const char* const session : {"openssl_resuming", "own_resuming"}) {
            const finished run = storm({session, "handshakes", "40", "1"});
            EXPECT_EQ(run.output, "1 full handshakes, 39 resumed, 40 answers\n") << session;
        }
    }

    scratch_folder folder_;
    std::string certificate_ = folder_.file("certificate.pem");
    std::string key_ = folder_.file("certificate.key");
    free_port plain_port_;
    free_port port_;
    std::unique_ptr<program> server_;
};

TEST_F(TlsSessions, ShakeHandsWithNginxFully) {
    start_nginx("off");
    if (!IsSkipped()) {
        expect_full_handshakes();
    }
}

TEST_F(TlsSessions, ShakeHandsWithNginxThatHasAnRsaKey) {
    make_certificate({"-newkey", "rsa:2048"});
    start_nginx("off");
    if (!IsSkipped()) {
        expect_full_handshakes();
    }
}

TEST_F(TlsSessions, ShakeHandsWithNginxThatHasAnEd25519Key) {
    make_certificate({"-newkey", "ed25519"});
    start_nginx("off");
    if (!IsSkipped()) {
        expect_full_handshakes();
    }
}

TEST_F(TlsSessions, ResumeWithNginx) {
    start_nginx("on");
    if (!IsSkipped()) {
        expect_resumed_handshakes();
    }
}

TEST_F(TlsSessions, ShakeHandsWithNodeAndResume) {
    if (std::string(NODE_PROGRAM).empty()) {
        GTEST_SKIP() << "no node";
    }
    start_with_arguments({NODE_PROGRAM, STORMDRAIN_SOURCE_FOLDER "/servers/node/server.js"}, "");
    expect_full_handshakes();
    expect_resumed_handshakes();
}

TEST_F(TlsSessions, ShakeHandsWithGoAndResume) {
    if (std::string(GO_SERVER).empty()) {
        GTEST_SKIP() << "no go";
    }
    start_with_arguments({GO_SERVER}, "127.0.0.1:");
    expect_full_handshakes();
    expect_resumed_handshakes();
}

// Goal: another certificate of the same name is refused by the sessions that are told to trust one.
TEST_F(TlsSessions, RefuseAnotherCertificateOfTheSameHost) {
    start_nginx("off");
    if (IsSkipped()) {
        return;
    }
    EXPECT_EQ(storm({"own"}).how.exit_code, 0);
    make_certificate({"-newkey", "rsa:2048"});  // the server keeps the one that it read
    for (const char* const session : {"openssl", "own"}) {
        const finished run = storm({session});
        EXPECT_EQ(run.how.exit_code, 1) << session;
        EXPECT_THAT(run.output,
                    HasSubstr(std::string(session) == "own" ? "not trusted" : "verify failed"));
    }
}

}  // namespace
}  // namespace stormdrain::acceptance
