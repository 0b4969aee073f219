#include "harness/load/engine/openssl_codec.hpp"

#include "harness/load/engine/codec_talk.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

class OpensslCodec : public testing::Test {
protected:
    engine_plan plan_;
    tls_client client_{unverified()};
    openssl_client shared_{client_};
    openssl_codec codec_{shared_, plan_};
};

TEST_F(OpensslCodec, FailsInOpenSslsWords) {
    codec_.restart();
    take_output(codec_);
    const boost::system::error_code error = codec_.open("HTTP/1.1 400 Bad Request\r\n\r\n").error;
    EXPECT_EQ(error.message(), "wrong version number (SSL routines)");
}

TEST_F(OpensslCodec, SaysNoGoodbyeAmidTheHandshake) {
    codec_.restart();
    take_output(codec_);
    codec_.close();
    EXPECT_TRUE(codec_.output().empty());
}

TEST_F(OpensslCodec, SpeaksTls12) {
    tls13::openssl_server old;
    ::SSL_CTX_set_max_proto_version(old.context(), TLS1_2_VERSION);
    old.restart();
    codec_.restart();
    EXPECT_FALSE(converse(codec_, old));
    EXPECT_TRUE(codec_.is_open());
}

}  // namespace
}  // namespace stormdrain
