#include "harness/net/key_log.hpp"

#include "harness/net/tls13/openssl_server.hpp"
#include "harness/net/tls13/session.hpp"

#include <gmock/gmock.h>

#include <set>
#include <sstream>

namespace stormdrain {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::set<std::string> lines_of(const key_log& log) {
    std::set<std::string> lines;
    std::istringstream text(log.text());
    for (std::string line; std::getline(text, line);) {
        lines.insert(line);
    }
    return lines;
}

TEST(KeyLog, SpellsSecretsAsHexadecimal) {
    key_log log;
    const std::array<std::uint8_t, 2> random{0x00, 0xfe};
    const std::array<std::uint8_t, 3> secret{0x01, 0x9a, 0xff};
    log.add("CLIENT_TRAFFIC_SECRET_0", random, secret);
    EXPECT_EQ(log.text(), "CLIENT_TRAFFIC_SECRET_0 00fe 019aff\n");
    log.clear();
    EXPECT_THAT(log.text(), IsEmpty());
}

TEST(KeyLog, ForgetsTheOldestOnceItIsFull) {
    key_log log;
    constexpr std::size_t line_bytes = std::size_t{64} * 1024;
    log.add("first");
    for (std::size_t bytes = 0; bytes < key_log::bytes_max; bytes += line_bytes) {
        log.add(std::string(line_bytes, 'x'));
    }
    log.add("last");
    const std::string text = log.text();
    EXPECT_LE(text.size(), key_log::bytes_max);
    EXPECT_THAT(text, Not(HasSubstr("first")));
    EXPECT_TRUE(text.ends_with("last\n"));
}

class SecretsOfTls13 : public testing::Test {
protected:
    static tls13::client_options noting(key_log& into) {
        tls13::client_options options;
        options.server.proof = tls13::server_proof::signature;
        options.server.server_name = "localhost";
        options.secrets = &into;
        return options;
    }

    key_log of_server_;
    key_log of_client_;
};

// What OpenSSL's server says of the same handshake is what ours has to say.
TEST_F(SecretsOfTls13, AreThoseThatTheServerHasToo) {
    tls13::openssl_server server;
    of_server_.listen_to(server.context());
    server.restart();
    tls13::client client(noting(of_client_));
    tls13::session one(client);
    tls13::converse(one, server);
    ASSERT_EQ(one.state(), tls_codec_state::open) << one.failure_text();
    const std::set<std::string> known = lines_of(of_client_);
    EXPECT_THAT(known, SizeIs(4));
    for (const char* const label :
         {"CLIENT_HANDSHAKE_TRAFFIC_SECRET ", "SERVER_HANDSHAKE_TRAFFIC_SECRET ",
          "CLIENT_TRAFFIC_SECRET_0 ", "SERVER_TRAFFIC_SECRET_0 "}) {
        EXPECT_THAT(known, Contains(StartsWith(label)));
    }
    EXPECT_THAT(lines_of(of_server_), IsSupersetOf(known));
}

TEST_F(SecretsOfTls13, StayUnsaidUnlessTheyAreAskedFor) {
    tls13::openssl_server server;
    tls13::client_options options = noting(of_client_);
    options.secrets = nullptr;
    tls13::client client(options);
    tls13::session one(client);
    tls13::converse(one, server);
    ASSERT_EQ(one.state(), tls_codec_state::open) << one.failure_text();
    EXPECT_THAT(of_client_.text(), IsEmpty());
}

}  // namespace
}  // namespace stormdrain
