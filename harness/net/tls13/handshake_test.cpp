#include "harness/net/tls13/handshake.hpp"

#include "harness/net/tls13/rfc8448_trace.hpp"
#include "harness/net/tls13/session.hpp"

#include <gtest/gtest.h>

namespace stormdrain::tls13 {
namespace {

using rfc8448::from_hex;

std::string text_of(std::string_view hex) {
    return std::string(as_text(from_hex(hex)));
}

client_hello hello_of_the_trace() {
    client_hello hello;
    hello.message = from_hex(rfc8448::client_hello);
    hello.suites = {0x1301, 0x1303, 0x1302};
    // server_name, renegotiation_info, groups, ticket, shares, versions, schemes, modes, limit.
    for (const unsigned number : {0U, 0xff01U, 10U, 35U, 51U, 43U, 13U, 45U, 28U}) {
        hello.extensions.push_back(static_cast<extension>(number));
    }
    return hello;
}

std::string server_hello_record() {
    return text_of(std::string(rfc8448::server_hello_record_header) +
                   std::string(rfc8448::server_hello));
}

client_options checking_the_signature() {
    client_options options;
    options.server.proof = server_proof::signature;
    options.tickets = client_hello_options::tickets::wanted;
    return options;
}

class Rfc8448Handshake : public testing::Test {
protected:
    client client_{checking_the_signature()};
    session session_{client_, hello_of_the_trace(),
                     key_exchange::of_private_key(from_hex(rfc8448::client_private_key))};
};

TEST_F(Rfc8448Handshake, IsTheClientsByteForByte) {
    EXPECT_EQ(session_.output(), text_of("16030100c4" + std::string(rfc8448::client_hello)));
    session_.sent(session_.output().size());
    session_.feed(server_hello_record());
    EXPECT_EQ(session_.state(), tls_codec_state::handshaking);
    session_.feed(text_of(rfc8448::server_flight_record));
    ASSERT_EQ(session_.state(), tls_codec_state::open) << session_.failure_text();
    EXPECT_FALSE(session_.is_resumed());
    EXPECT_EQ(session_.suite()->name, "TLS_AES_128_GCM_SHA256");
    EXPECT_EQ(session_.output(), text_of(rfc8448::client_finished_record));
    session_.sent(session_.output().size());

    session_.feed(text_of(rfc8448::new_session_ticket_record));
    ASSERT_EQ(session_.tickets().size(), 1U);
    EXPECT_EQ(session_.tickets()[0]->key, short_bytes(from_hex(rfc8448::ticket_key)));
    EXPECT_EQ(session_.tickets()[0]->lifetime_s, 30U);
    EXPECT_EQ(session_.tickets()[0]->ticket.size(), 178U);

    session_.seal(text_of(rfc8448::application_data));
    EXPECT_EQ(session_.output(), text_of(rfc8448::client_data_record));
    session_.sent(session_.output().size());
    session_.feed(text_of(rfc8448::server_data_record));
    EXPECT_EQ(session_.plaintext(), text_of(rfc8448::application_data));
    session_.close();
    EXPECT_EQ(session_.output(), text_of(rfc8448::client_close_notify_record));
    session_.feed(text_of(rfc8448::server_close_notify_record));
    EXPECT_EQ(session_.state(), tls_codec_state::ended);
}

TEST_F(Rfc8448Handshake, IsTheSameHoweverTheServersBytesAreCut) {
    const std::string stream = server_hello_record() + text_of(rfc8448::server_flight_record) +
                               text_of(rfc8448::new_session_ticket_record);
    session_.sent(session_.output().size());
    for (const char& byte : stream) {
        session_.feed({&byte, 1});
    }
    EXPECT_EQ(session_.state(), tls_codec_state::open) << session_.failure_text();
    EXPECT_EQ(session_.output(), text_of(rfc8448::client_finished_record));
    EXPECT_EQ(session_.tickets().size(), 1U);
}

// Goal: a bit that is wrong anywhere in the server's flight never opens a session.
TEST_F(Rfc8448Handshake, NoTouchedByteOpensASession) {
    const std::string stream = server_hello_record() + text_of(rfc8448::server_flight_record);
    for (std::size_t at = 0; at < stream.size(); ++at) {
        // The version of a record is ignored; that of a protected one is authenticated.
        const bool is_version = at == 1 || at == 2;
        std::string touched = stream;
        touched[at] = static_cast<char>(touched[at] ^ 1);
        session one(client_, hello_of_the_trace(),
                    key_exchange::of_private_key(from_hex(rfc8448::client_private_key)));
        one.feed(touched);
        if (is_version) {
            EXPECT_EQ(one.state(), tls_codec_state::open) << at;
        } else {
            EXPECT_NE(one.state(), tls_codec_state::open) << at;
        }
    }
}

TEST_F(Rfc8448Handshake, AnotherKeyThanTheTracesMakesNoSession) {
    session other(client_, hello_of_the_trace(), client_.key_share());
    other.feed(server_hello_record() + text_of(rfc8448::server_flight_record));
    EXPECT_EQ(other.state(), tls_codec_state::failed);
    EXPECT_EQ(other.why(), failure::record_not_authentic);
}

TEST(Tls13Handshake, TakesItsMessagesInTheirOrderOnly) {
    client shared(checking_the_signature());
    const byte_string whole = from_hex("14000000");
    for (const message_type type :
         {message_type::client_hello, message_type::encrypted_extensions, message_type::certificate,
          message_type::certificate_verify, message_type::finished,
          message_type::new_session_ticket, message_type::key_update}) {
        handshake one({shared.all(), shared.check()}, hello_of_the_trace(), shared.key_share());
        EXPECT_EQ(one.take({type, {}, whole}), failure::unexpected_message);
        EXPECT_EQ(one.at(), handshake::step::wait_server_hello);
    }
}

}  // namespace
}  // namespace stormdrain::tls13
