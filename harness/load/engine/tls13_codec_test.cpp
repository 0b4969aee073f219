#include "harness/load/engine/tls13_codec.hpp"

#include "harness/load/engine/codec_talk.hpp"
#include "harness/net/tls13/failure_code.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace stormdrain {
namespace {

using tls13::failure;
using tls13::failure_code;
using tls13::openssl_server;

class Tls13Codec : public testing::Test {
protected:
    tls13_codec& begin(const tls_client_options& options = unverified()) {
        client_.emplace(options);
        plan_.tls = &*client_;
        shared_.emplace(tls13_options(plan_));
        codec_.emplace(*shared_, plan_);
        codec_->restart();
        return *codec_;
    }

    std::optional<tls_client> client_;
    engine_plan plan_;
    std::optional<tls13::client> shared_;
    std::optional<tls13_codec> codec_;
    openssl_server server_;
};

TEST_F(Tls13Codec, ChecksTheSignatureAlsoWhereItTrustsAnybody) {
    plan_.tls_stack = tls_stack::own;
    begin();
    EXPECT_EQ(shared_->options().server.proof, tls13::server_proof::signature);
    EXPECT_EQ(shared_->options().key_share, tls13::key_share_use::fresh);
    plan_.tls_stack = tls_stack::own_unproven;
    tls13_codec& careless = begin();
    EXPECT_EQ(shared_->options().server.proof, tls13::server_proof::none);
    EXPECT_EQ(shared_->options().key_share, tls13::key_share_use::reused);
    EXPECT_FALSE(converse(careless, server_));
    EXPECT_TRUE(careless.is_open());
}

TEST_F(Tls13Codec, TrustsTheCertificateThatItWasToldToTrustAndNoOther) {
    const temporary_folder folder;
    tls_client_options options;
    options.trusted_certificate_path = folder.path() + "/trusted.pem";
    options.server_name = "localhost";
    tls13::write_pem(server_.certificate(), options.trusted_certificate_path);
    tls13_codec& trusting = begin(options);
    EXPECT_FALSE(converse(trusting, server_));
    EXPECT_TRUE(trusting.is_open());

    openssl_server impostor;
    trusting.restart();
    EXPECT_EQ(converse(trusting, impostor), failure_code(failure::certificate_not_trusted));
    EXPECT_FALSE(trusting.is_open());
}

TEST_F(Tls13Codec, SaysByNameWhatItDoesNotSpeak) {
    openssl_server old;
    ::SSL_CTX_set_max_proto_version(old.context(), TLS1_2_VERSION);
    old.restart();
    tls13_codec& codec = begin();
    EXPECT_EQ(converse(codec, old).message(), "the server sent an alert: 70, protocol version");

    openssl_server other_group;
    ::SSL_CTX_set1_groups_list(other_group.context(), "P-256");
    other_group.restart();
    codec.restart();
    EXPECT_TRUE(converse(codec, other_group));
    EXPECT_FALSE(codec.is_open());

    openssl_server strict;
    ::SSL_CTX_set_verify(strict.context(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                         nullptr);
    strict.restart();
    codec.restart();
    EXPECT_EQ(converse(codec, strict).message(),
              "the server sent an alert: 116, certificate required");
}

// Goal: a server that forgot the session is one that shakes hands in full.
TEST_F(Tls13Codec, TakesNoForAnAnswerToItsTicket) {
    plan_.handshakes = handshake_kind::resumed;
    tls13_codec& codec = begin();
    EXPECT_FALSE(converse(codec, server_));
    openssl_server another;
    codec.restart();
    EXPECT_FALSE(converse(codec, another));
    EXPECT_TRUE(codec.is_open());
    EXPECT_FALSE(codec.is_resumed());
}

}  // namespace
}  // namespace stormdrain
