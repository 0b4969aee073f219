#include "harness/net/tls13/key_schedule.hpp"

#include "harness/net/tls13/rfc8448_trace.hpp"

#include <gtest/gtest.h>

namespace stormdrain::tls13 {
namespace {

using rfc8448::from_hex;

class KeySchedule : public testing::Test {
protected:
    static short_bytes bytes(std::string_view hex) { return short_bytes(from_hex(hex)); }

    algorithms all_;
    hash_algorithm& sha256_ = all_.sha256();
};

// RFC 5869 appendix A.1: the first 32 of its 42 bytes are one round's.
TEST_F(KeySchedule, ExtractsAsHkdfDoes) {
    const byte_string input(22, 0x0b);
    const byte_string salt = from_hex("000102030405060708090a0b0c");
    EXPECT_EQ(hkdf_extract(sha256_, salt, input),
              bytes("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
}

TEST_F(KeySchedule, MakesTheSecretsOfTheTrace) {
    key_schedule schedule(sha256_, {});
    const traffic_secrets handshake =
        schedule.handshake(from_hex(rfc8448::shared_secret), bytes(rfc8448::hello_hash));
    EXPECT_EQ(handshake.client, bytes(rfc8448::client_handshake_secret));
    EXPECT_EQ(handshake.server, bytes(rfc8448::server_handshake_secret));
    const traffic_secrets application = schedule.application(bytes(rfc8448::server_finished_hash));
    EXPECT_EQ(application.client, bytes(rfc8448::client_application_secret));
    EXPECT_EQ(application.server, bytes(rfc8448::server_application_secret));
    const short_bytes resumption = schedule.resumption(bytes(rfc8448::client_finished_hash));
    EXPECT_EQ(resumption, bytes(rfc8448::resumption_secret));
    EXPECT_EQ(ticket_key(sha256_, resumption, byte_string{0, 0}), bytes(rfc8448::ticket_key));
}

TEST_F(KeySchedule, MakesTheKeysOfTheTrace) {
    const byte_string server = from_hex(rfc8448::server_handshake_secret);
    EXPECT_EQ(hkdf_expand_label(sha256_, server, {"key", {}, 16}),
              bytes(rfc8448::server_handshake_key));
    EXPECT_EQ(hkdf_expand_label(sha256_, server, {"iv", {}, 12}),
              bytes(rfc8448::server_handshake_iv));
    const byte_string client = from_hex(rfc8448::client_application_secret);
    EXPECT_EQ(hkdf_expand_label(sha256_, client, {"key", {}, 16}),
              bytes(rfc8448::client_application_key));
    EXPECT_EQ(hkdf_expand_label(sha256_, client, {"iv", {}, 12}),
              bytes(rfc8448::client_application_iv));
}

TEST_F(KeySchedule, FinishesAsTheClientOfTheTrace) {
    const byte_string message = from_hex(rfc8448::client_finished);
    EXPECT_EQ(finished(sha256_, bytes(rfc8448::client_handshake_secret),
                       bytes(rfc8448::server_finished_hash)),
              short_bytes(byte_view(message).subspan(4)));
}

TEST_F(KeySchedule, BindsTheTicketOfTheTrace) {
    EXPECT_EQ(binder(sha256_, from_hex(rfc8448::ticket_key), bytes(rfc8448::binder_hash)),
              bytes(rfc8448::binder));
}

TEST_F(KeySchedule, AKeyUpdateLeadsElsewhere) {
    const short_bytes before = bytes(rfc8448::client_application_secret);
    const short_bytes after = next_secret(sha256_, before);
    EXPECT_EQ(after.size(), before.size());
    EXPECT_FALSE(after == before);
}

}  // namespace
}  // namespace stormdrain::tls13
