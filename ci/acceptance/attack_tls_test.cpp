// `stormdrain attack` over TLS, of OpenSSL's and of our own, wherever the server listens.

#include "ci/acceptance/stormdrain_fixture.hpp"

#include <gmock/gmock.h>

#include <poll.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain::acceptance {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

constexpr int all_answered = 0;
constexpr int some_failed = 1;
constexpr int bad_usage = 2;
constexpr auto limit = 40s;
constexpr int look_interval_ms = 10;

class AttackOverTls : public stormdrain_fixture {
protected:
    void SetUp() override {
        if (std::string(OPENSSL_PROGRAM).empty()) {
            GTEST_SKIP() << "no openssl: nothing makes a certificate";
        }
        const finished made =
            run_program({OPENSSL_PROGRAM, "req", "-x509", "-newkey", "ec", "-pkeyopt",
                         "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-keyout",
                         file("key.pem"), "-out", file("certificate.pem")},
                        file("openssl"), limit);
        ASSERT_EQ(made.how.exit_code, 0) << made.output;
    }

    // "unix:PATH" or "[::1]:0"; where it listens is in its log.
    void start_server(const std::string& where) {
        const std::filesystem::path folder =
            std::filesystem::path(STORMDRAIN_PROGRAM).parent_path();
        await({(folder / "server_reference").string(), "--https", where, "--certificate",
               file("certificate.pem"), "--key", file("key.pem")},
              "event=listening");
    }

    // OpenSSL's own, which can be told what not to speak.
    void start_openssl(const std::vector<std::string>& options) {
        std::vector<std::string> argv{OPENSSL_PROGRAM,         "s_server", "-accept",
                                      "127.0.0.1:0",           "-www",     "-cert",
                                      file("certificate.pem"), "-key",     file("key.pem")};
        argv.insert(argv.end(), options.begin(), options.end());
        await(argv, "ACCEPT ");
    }

    std::string text_behind(const std::string& mark, char end) const {
        const std::string log = read_file(file("server"));
        const std::size_t begin = log.find(mark) + mark.size();
        return log.substr(begin, log.find(end, begin) - begin);
    }

    finished attack(const std::string& url, const std::vector<std::string>& options) const {
        std::vector<std::string> argv{STORMDRAIN_PROGRAM, "attack", url};
        argv.insert(argv.end(), options.begin(), options.end());
        return run_program(argv, file("output"), limit);
    }

    // In every way that the two clients and the two protocols make.
    void expect_every_way(const std::string& url) const {
        for (const char* client : {"openssl", "own", "own-unproven"}) {
            for (const std::vector<std::string>& way : std::vector<std::vector<std::string>>{
                     {"--close", "--resume"}, {"--pipeline=4"}, {"--http2", "--streams=20"}}) {
                std::vector<std::string> options{"--requests=400", "--clients=4", "--tls-client",
                                                 client};
                options.insert(options.end(), way.begin(), way.end());
                const finished run = attack(url, options);
                EXPECT_EQ(run.how.exit_code, all_answered) << client << "\n" << run.output;
                EXPECT_THAT(run.output, HasSubstr("400 begun, 400 answered with 200, 0 not"));
                if (way.back() == "--resume") {
                    EXPECT_THAT(run.output, HasSubstr("4 full, 396 resumed"));
                }
            }
        }
    }

private:
    void await(const std::vector<std::string>& argv, const std::string& mark) {
        server_.emplace(argv, file("server"));
        const auto deadline = clock::now() + 10s;
        while (read_file(file("server")).find(mark) == std::string::npos) {
            ASSERT_LT(clock::now(), deadline) << read_file(file("server"));
            ::poll(nullptr, 0, look_interval_ms);
        }
    }

    std::optional<program> server_;
};

TEST_F(AttackOverTls, GoesToUnixSockets) {
    const std::string path = file("server.sock");
    start_server("unix:" + path);
    expect_every_way("https://unix:" + path + ":/");
}

TEST_F(AttackOverTls, GoesToIpv6) {
    start_server("[::1]:0");
    expect_every_way("https://[::1]:" + text_behind(" port=", ' ') + "/");
}

TEST_F(AttackOverTls, OfOurOwnSaysWhatItDoesNotSpeak) {
    start_openssl({"-tls1_2"});
    const std::string url = "https://127.0.0.1:" + text_behind("ACCEPT 127.0.0.1:", '\n') + "/";
    const finished own = attack(url, {"--requests=2", "--clients=1", "--tls-client=own"});
    EXPECT_EQ(own.how.exit_code, some_failed) << own.output;
    EXPECT_THAT(own.output, AllOf(HasSubstr("2 handshake_failed in phase tls"),
                                  HasSubstr("the server sent an alert: 70,"),
                                  HasSubstr("does it go with --tls-client")));
    const finished openssl = attack(url, {"--requests=2", "--clients=1"});
    EXPECT_EQ(openssl.how.exit_code, all_answered) << openssl.output;
}

TEST_F(AttackOverTls, OfOurOwnHasNoClientCertificate) {
    start_openssl({"-Verify", "1"});
    const std::string url = "https://127.0.0.1:" + text_behind("ACCEPT 127.0.0.1:", '\n') + "/";
    const finished run = attack(url, {"--requests=2", "--clients=1", "--tls-client=own"});
    EXPECT_EQ(run.how.exit_code, some_failed) << run.output;
    EXPECT_THAT(run.output, AllOf(HasSubstr("the server sent an alert: 116, certificate"),
                                  HasSubstr("has no client certificate")));
}

TEST_F(AttackOverTls, IsRefusedWhereThereIsNoTls) {
    const finished plain = attack("http://127.0.0.1:1/", {"--tls-client=own"});
    EXPECT_EQ(plain.how.exit_code, bad_usage);
    EXPECT_THAT(plain.output, HasSubstr("--tls-client is about https://"));
    EXPECT_EQ(attack("https://h/", {"--tls-client=other"}).how.exit_code, bad_usage);
}

}  // namespace
}  // namespace stormdrain::acceptance
