#include "harness/net/offline_handshake.hpp"

#include "harness/testing/temporary_folder.hpp"

#include <boost/asio/ssl/context.hpp>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <memory>

namespace stormdrain {
namespace {

namespace ssl = boost::asio::ssl;
using progress = offline_handshake::progress;

// The other side, without a socket as well.
class OfflineHandshake : public testing::Test {
protected:
    OfflineHandshake() {
        context_.use_certificate_chain_file(files_.certificate_path);
        context_.use_private_key_file(files_.key_path, ssl::context::pem);
    }

    void begin_server() {
        server_.reset(::SSL_new(context_.native_handle()));
        ::SSL_set_bio(server_.get(), ::BIO_new(::BIO_s_mem()), ::BIO_new(::BIO_s_mem()));
        ::SSL_set_accept_state(server_.get());
    }

    std::string answer(const std::string& received) {
        ::BIO_write(::SSL_get_rbio(server_.get()), received.data(),
                    static_cast<int>(received.size()));
        ::SSL_do_handshake(server_.get());
        BIO* const sent = ::SSL_get_wbio(server_.get());
        std::string bytes(::BIO_ctrl_pending(sent), '\0');
        ::BIO_read(sent, bytes.data(), static_cast<int>(bytes.size()));
        return bytes;
    }

    static tls_client_options named() {
        tls_client_options options;
        options.verification = tls_verification::none;
        options.server_name = "localhost";
        return options;
    }

    struct deleter {
        void operator()(SSL* tls) const { ::SSL_free(tls); }
    };
    temporary_folder folder_;
    certificate_files files_ = make_certificate(folder_.path());
    ssl::context context_{ssl::context::tls_server};
    std::unique_ptr<SSL, deleter> server_;
    tls_client client_{named()};
};

TEST_F(OfflineHandshake, BeginsWithAWholeClientHello) {
    const offline_handshake shaking(client_);
    const std::string& hello = shaking.client_hello();
    ASSERT_GT(hello.size(), 9U);
    EXPECT_EQ(hello[0], 0x16);  // RFC 8446 section 5.1: a record of type handshake
    EXPECT_EQ(hello[5], 0x01);  // of which ClientHello is the first
    const auto byte = [&hello](std::size_t at) {
        return std::size_t{static_cast<unsigned char>(hello[at])};
    };
    EXPECT_EQ(hello.size(), 5 + byte(3) * 256 + byte(4));
    EXPECT_NE(hello.find("localhost"), std::string::npos);
}

TEST_F(OfflineHandshake, KnowsTheServersFlightInEveryVersionHoweverItIsCut) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SSL_CTX_set_min_proto_version(context_.native_handle(), version);
        SSL_CTX_set_max_proto_version(context_.native_handle(), version);
        begin_server();
        offline_handshake shaking(client_);
        const std::string flight = answer(shaking.client_hello());
        for (std::size_t at = 0; at + 1 < flight.size(); ++at) {
            ASSERT_EQ(shaking.take(flight.substr(at, 1)), progress::wants_more) << at;
        }
        EXPECT_EQ(shaking.take(flight.substr(flight.size() - 1)), progress::has_server_flight);
        answer(shaking.output());
        EXPECT_EQ(::SSL_is_init_finished(server_.get()), 1);
    }
}

TEST_F(OfflineHandshake, SaysWhenTheServerWantsAnotherHello) {
    SSL_CTX_set1_groups_list(context_.native_handle(), "P-384");
    begin_server();
    offline_handshake shaking(client_);
    EXPECT_EQ(shaking.take(answer(shaking.client_hello())), progress::wants_another_hello);
    EXPECT_EQ(shaking.take(answer(shaking.output())), progress::has_server_flight);
}

// Goal: in either version the session carries text as soon as it says that it is complete.
TEST_F(OfflineHandshake, SealsWhatTheSessionIsToCarry) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        SSL_CTX_set_min_proto_version(context_.native_handle(), version);
        SSL_CTX_set_max_proto_version(context_.native_handle(), version);
        begin_server();
        offline_handshake shaking(client_);
        EXPECT_EQ(shaking.take(answer(shaking.client_hello())), progress::has_server_flight);
        const std::string answered = answer(shaking.output());
        EXPECT_EQ(shaking.is_complete(), version == TLS1_3_VERSION);
        EXPECT_EQ(shaking.take(answered), progress::complete);
        ASSERT_TRUE(shaking.is_complete());

        const std::string record = shaking.seal("GET /");
        EXPECT_EQ(record[0], 0x17);  // RFC 8446 section 5.1: application data
        answer(record.substr(0, record.size() - 1));
        char text[16] = {};
        EXPECT_LE(::SSL_read(server_.get(), text, sizeof(text)), 0) << "of half a record";
        answer(record.substr(record.size() - 1));
        EXPECT_EQ(::SSL_read(server_.get(), text, sizeof(text)), 5);
        EXPECT_STREQ(text, "GET /");
    }
}

TEST_F(OfflineHandshake, SaysWhatIsWrongWithWhatCame) {
    offline_handshake shaking(client_);
    EXPECT_EQ(shaking.take("HTTP/1.1 400 Bad Request\r\n\r\n"), progress::failed);
    EXPECT_EQ(shaking.failure(), "wrong version number");
}

}  // namespace
}  // namespace stormdrain
