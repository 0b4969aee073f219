#include "harness/net/tls13/session.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/net/tls13/openssl_server.hpp"
#include "harness/testing/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <array>
#include <memory>

namespace stormdrain::tls13 {
namespace {

client_options checking(server_proof proof) {
    client_options options;
    options.server.proof = proof;
    options.server.server_name = "localhost";
    return options;
}

client_options wanting_tickets() {
    client_options options = checking(server_proof::signature);
    options.tickets = client_hello_options::tickets::wanted;
    return options;
}

class Tls13Session : public testing::Test {
protected:
    // Both say something once the session is open.
    static void expect_talk(session& one, openssl_server& server) {
        converse(one, server);
        ASSERT_EQ(one.state(), tls_codec_state::open) << one.failure_text();
        ASSERT_TRUE(server.is_open());
        one.seal("ping");
        server.answer(take_output(one));
        EXPECT_EQ(server.text(), "ping");
        one.feed(server.say("pong"));
        EXPECT_EQ(one.plaintext(), "pong");
    }

    client client_{checking(server_proof::signature)};
};

TEST_F(Tls13Session, TalksToOpenSslWithEveryKindOfKey) {
    for (const key_sort sort :
         {key_sort::ecdsa_p256, key_sort::ecdsa_p384, key_sort::rsa, key_sort::ed25519}) {
        openssl_server server(sort);
        for (int times = 0; times < 2; ++times) {  // the second time its key is known
            session one(client_);
            expect_talk(one, server);
            EXPECT_FALSE(one.is_resumed());
            server.restart();
        }
    }
}

TEST_F(Tls13Session, TalksWithEverySuite) {
    openssl_server server;
    for (const std::uint16_t number : std::array<std::uint16_t, 3>{0x1301, 0x1302, 0x1303}) {
        client_options options = checking(server_proof::signature);
        options.suites = {number};
        client shared(options);
        session one(shared);
        expect_talk(one, server);
        ASSERT_NE(one.suite(), nullptr);
        EXPECT_EQ(one.suite()->number, number);
        EXPECT_EQ(::SSL_CIPHER_get_protocol_id(::SSL_get_current_cipher(server.connection())),
                  number);
        server.restart();
    }
}

TEST_F(Tls13Session, TrustsTheCertificateThatItWasToldToTrustAndNoOther) {
    const temporary_folder folder;
    openssl_server server;
    client_options options = checking(server_proof::trusted);
    options.server.trusted_certificate_path = folder.path() + "/trusted.pem";
    write_pem(server.certificate(), options.server.trusted_certificate_path);
    client trusting(options);
    session trusted(trusting);
    expect_talk(trusted, server);

    openssl_server impostor;
    session refused(trusting);
    converse(refused, impostor);
    EXPECT_EQ(refused.why(), failure::certificate_not_trusted);

    options.server.server_name = "another.test";
    client elsewhere(options);
    session of_another_host(elsewhere);
    server.restart();
    converse(of_another_host, server);
    EXPECT_EQ(of_another_host.why(), failure::certificate_not_trusted);
}

TEST_F(Tls13Session, AnUncheckedServerStillHasToMakeTheSameSecret) {
    client_options options = checking(server_proof::none);
    options.key_share = key_share_use::reused;
    client careless(options);
    openssl_server server;
    for (int times = 0; times < 2; ++times) {
        session one(careless);
        expect_talk(one, server);
        server.restart();
    }
}

TEST_F(Tls13Session, NamesItsHostAndItsProtocols) {
    client_options options = checking(server_proof::signature);
    options.application_protocols = {"h2", "http/1.1"};
    client shared(options);
    openssl_server server;
    ::SSL_CTX_set_alpn_select_cb(
        server.context(),
        [](SSL*, const unsigned char** chosen, unsigned char* bytes, const unsigned char*,
           unsigned int, void*) {
            static constexpr unsigned char protocol[] = "http/1.1";
            *chosen = protocol;
            *bytes = sizeof(protocol) - 1;
            return SSL_TLSEXT_ERR_OK;
        },
        nullptr);
    server.restart();
    session one(shared);
    expect_talk(one, server);
    EXPECT_EQ(one.application_protocol(), "http/1.1");
    EXPECT_STREQ(::SSL_get_servername(server.connection(), TLSEXT_NAMETYPE_host_name), "localhost");
}

TEST_F(Tls13Session, AnswersACertificateRequestWithoutACertificate) {
    openssl_server server;
    ::SSL_CTX_set_verify(server.context(), SSL_VERIFY_PEER, nullptr);
    server.restart();
    session one(client_);
    expect_talk(one, server);
    EXPECT_EQ(::SSL_get0_peer_certificate(server.connection()), nullptr);
}

TEST_F(Tls13Session, SaysWhichAlertTheServerSent) {
    openssl_server server;
    ::SSL_CTX_set_verify(server.context(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                         nullptr);
    server.restart();
    session one(client_);
    converse(one, server);
    EXPECT_EQ(one.why(), failure::alert_received);
    constexpr auto certificate_required = static_cast<alert>(116);
    EXPECT_EQ(one.received_alert(), certificate_required);
    EXPECT_EQ(one.failure_text(), "the server sent an alert: 116, certificate required");
}

TEST_F(Tls13Session, RefusesByNameWhatItDoesNotSpeak) {
    openssl_server old;
    ::SSL_CTX_set_max_proto_version(old.context(), TLS1_2_VERSION);
    old.restart();
    session to_old(client_);
    converse(to_old, old);
    // OpenSSL refuses a hello of TLS 1.3 alone before it answers.
    EXPECT_EQ(to_old.why(), failure::alert_received);
    EXPECT_EQ(to_old.received_alert(), alert::protocol_version);

    openssl_server other_group;
    ::SSL_CTX_set1_groups_list(other_group.context(), "P-384");
    other_group.restart();
    session to_other(client_);
    converse(to_other, other_group);
    EXPECT_EQ(to_other.why(), failure::alert_received);
    EXPECT_EQ(to_other.received_alert(), alert::handshake_failure);

    session to_http(client_);
    to_http.feed("HTTP/1.1 400 Bad Request\r\n\r\n");
    EXPECT_EQ(to_http.why(), failure::unknown_record_type);
}

TEST_F(Tls13Session, CarriesMuchInManyRecordsBothWays) {
    openssl_server server;
    session one(client_);
    converse(one, server);
    const std::string much(100'000, 'x');
    one.seal(much);
    server.answer(take_output(one));
    EXPECT_EQ(server.text(), much);
    one.feed(server.say(much));
    EXPECT_EQ(one.plaintext(), much);
}

TEST_F(Tls13Session, ResumesASessionByItsTicket) {
    client shared(wanting_tickets());
    openssl_server server;
    session first(shared);
    expect_talk(first, server);
    EXPECT_FALSE(first.is_resumed());
    ASSERT_EQ(first.tickets().size(), 2U);  // as many as OpenSSL gives
    shared_ticket ticket = first.tickets().back();
    for (int times = 0; times < 3; ++times) {
        server.restart();
        session_options options;
        options.offered = ticket;
        session again(shared, options);
        expect_talk(again, server);
        EXPECT_TRUE(again.is_resumed());
        EXPECT_TRUE(server.has_resumed());
        ASSERT_FALSE(again.tickets().empty());
        ticket = again.tickets().back();
    }
}

TEST_F(Tls13Session, ATicketThatTheServerForgotBecomesAFullHandshake) {
    client shared(wanting_tickets());
    openssl_server server;
    session first(shared);
    expect_talk(first, server);
    const shared_ticket ticket = first.tickets().back();
    openssl_server another;
    session_options options;
    options.offered = ticket;
    session second(shared, options);
    expect_talk(second, another);
    EXPECT_FALSE(second.is_resumed());
}

TEST_F(Tls13Session, GetsNoTicketsUnlessItWantsThem) {
    openssl_server server;
    session one(client_);
    expect_talk(one, server);
    EXPECT_TRUE(one.tickets().empty());
}

TEST_F(Tls13Session, ChangesItsKeysWithTheServer) {
    openssl_server server;
    session one(client_);
    expect_talk(one, server);
    for (const key_update_request of_server :
         {key_update_request::not_requested, key_update_request::requested}) {
        one.update_keys(of_server);
        one.seal("!");
        one.feed(server.answer(take_output(one)));
        EXPECT_EQ(one.state(), tls_codec_state::open) << one.failure_text();
        one.feed(server.say("pong"));
        EXPECT_EQ(one.plaintext(), "pong");
    }
    EXPECT_EQ(server.text(), "ping!!");
    // And when the server asks for it, however often.
    std::string asked;
    for (int times = 0; times < 3; ++times) {
        ::SSL_key_update(server.connection(), SSL_KEY_UPDATE_REQUESTED);
        asked += server.say("?");
    }
    one.feed(asked);
    EXPECT_EQ(one.plaintext(), "???");
    const std::string answer = take_output(one);
    EXPECT_EQ(answer.size(), record_header_bytes + 5 + 1 + record_tag_bytes) << "one answer";
    server.answer(answer);
    one.seal("!");
    server.answer(take_output(one));
    EXPECT_EQ(server.text(), "ping!!!");
}

TEST_F(Tls13Session, SaysGoodbyeAndHearsIt) {
    openssl_server server;
    session one(client_);
    expect_talk(one, server);
    one.close();
    one.close();
    one.seal("too late");
    server.answer(take_output(one));
    EXPECT_NE(::SSL_get_shutdown(server.connection()) & SSL_RECEIVED_SHUTDOWN, 0);
    EXPECT_EQ(server.text(), "ping");
    ::SSL_shutdown(server.connection());
    one.feed(server.output());
    EXPECT_EQ(one.state(), tls_codec_state::ended);
}

TEST_F(Tls13Session, MayStillSpeakWhenTheServerHasEnded) {
    openssl_server server;
    session one(client_);
    expect_talk(one, server);
    ::SSL_shutdown(server.connection());
    one.feed(server.output());
    EXPECT_EQ(one.state(), tls_codec_state::ended);
    one.seal("last words");
    EXPECT_FALSE(one.output().empty());
}

TEST_F(Tls13Session, TellsTheServerWhatIsWrong) {
    openssl_server server;
    session one(client_);
    expect_talk(one, server);
    std::string touched = server.say("pong");
    touched.back() = static_cast<char>(touched.back() ^ 1);
    one.feed(touched);
    EXPECT_EQ(one.why(), failure::record_not_authentic);
    EXPECT_TRUE(one.plaintext().empty());
    ::ERR_clear_error();
    server.answer(take_output(one));
    EXPECT_EQ(ERR_GET_REASON(::ERR_peek_last_error()), SSL_R_SSLV3_ALERT_BAD_RECORD_MAC);
    ::ERR_clear_error();
}

TEST(Tls13Client, SaysWhatItCannotDo) {
    client_options options = checking(server_proof::trusted);
    options.server.trusted_certificate_path = "/nonexistent/certificate.pem";
    EXPECT_THROW(client{options}, environment_error);
    client_options unknown = checking(server_proof::none);
    unknown.suites = {0x1304};
    EXPECT_THROW(client{unknown}, environment_error);
}

}  // namespace
}  // namespace stormdrain::tls13
