// A server that has the right keys and says the wrong things: the trace of RFC 8448 makes its keys
// known, so that any message can be put into any record.

#include "harness/net/tls13/rfc8448_trace.hpp"
#include "harness/net/tls13/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::tls13 {
namespace {

using rfc8448::from_hex;

client_options checking_signatures() {
    client_options options;
    options.server.proof = server_proof::signature;
    return options;
}

client_hello hello_of_the_trace() {
    client_hello hello;
    hello.message = from_hex(rfc8448::client_hello);
    hello.suites = {0x1301, 0x1303, 0x1302};
    hello.extensions = {extension::server_name, extension::supported_groups,
                        static_cast<extension>(28)};
    return hello;
}

byte_string joined(const std::vector<byte_string>& parts) {
    byte_string all;
    for (const byte_string& part : parts) {
        append(all, part);
    }
    return all;
}

class LyingServer : public testing::Test {
protected:
    LyingServer() {
        record_opener opener;
        opener.change_key(suite_, handshake_secret_);
        const byte_string record = from_hex(rfc8448::server_flight_record);
        byte_string flight;
        EXPECT_EQ(*opener.open(byte_view(record).first(record_header_bytes),
                               byte_view(record).subspan(record_header_bytes), flight),
                  content_type::handshake);
        handshake_reader messages;
        messages.feed(flight);
        for (byte_string* const message : {&extensions_, &certificate_, &verify_, &finished_}) {
            const auto next = messages.next();
            message->assign((*next)->whole.begin(), (*next)->whole.end());
        }
        meet();
    }

    // A session that has taken the ServerHello, and the keys to lie to it.
    void meet() {
        session_.emplace(client_, hello_of_the_trace(),
                         key_exchange::of_private_key(from_hex(rfc8448::client_private_key)));
        session_->feed(as_text(from_hex(std::string(rfc8448::server_hello_record_header) +
                                        std::string(rfc8448::server_hello))));
        server_.change_key(suite_, handshake_secret_);
    }

    // The same, up to the end of the handshake.
    void open_up() {
        meet();
        tell(content_type::handshake, joined({extensions_, certificate_, verify_, finished_}));
        ASSERT_EQ(session_->state(), tls_codec_state::open) << session_->failure_text();
        session_->sent(session_->output().size());
        server_.change_key(suite_, short_bytes(from_hex(rfc8448::server_application_secret)));
    }

    void tell(content_type type, byte_view content, std::size_t padding_bytes = 0) {
        byte_string record;
        server_.seal(type, content, record, padding_bytes);
        session_->feed(as_text(record));
    }

    failure why_of(const std::vector<byte_string>& messages) {
        meet();
        tell(content_type::handshake, joined(messages));
        return session_->why();
    }

    client client_{checking_signatures()};
    const cipher_suite& suite_ = *client_.all().suite(0x1301);
    const short_bytes handshake_secret_{from_hex(rfc8448::server_handshake_secret)};
    byte_string extensions_;
    byte_string certificate_;
    byte_string verify_;
    byte_string finished_;
    record_sealer server_;
    std::optional<session> session_;
};

TEST_F(LyingServer, IsBelievedWhateverRecordsItUsesForTheTruth) {
    const byte_string flight = joined({extensions_, certificate_, verify_, finished_});
    for (const std::size_t bytes : {std::size_t{1}, std::size_t{3}, std::size_t{100}}) {
        meet();
        for (std::size_t at = 0; at < flight.size(); at += bytes) {
            tell(content_type::handshake,
                 byte_view(flight).subspan(at, std::min(bytes, flight.size() - at)), at % 7);
        }
        EXPECT_EQ(session_->state(), tls_codec_state::open) << bytes;
        EXPECT_EQ(session_->output().substr(201),
                  as_text(from_hex(rfc8448::client_finished_record)));
    }
}

// To leave out the CertificateVerify, or all that says who it is, is the classic lie.
TEST_F(LyingServer, MayLeaveOutNothingAndSayNothingTwice) {
    const std::vector<std::vector<byte_string>> lies = {
        {finished_},
        {certificate_},
        {extensions_, finished_},
        {extensions_, verify_},
        {extensions_, extensions_},
        {extensions_, certificate_, finished_},
        {extensions_, certificate_, certificate_},
        {extensions_, certificate_, verify_, verify_},
        {from_hex(rfc8448::server_hello)},
        {from_hex("0e000000")},  // TLS 1.2's ServerHelloDone
    };
    for (std::size_t index = 0; index < lies.size(); ++index) {
        EXPECT_EQ(why_of(lies[index]), failure::unexpected_message) << index;
    }
}

TEST_F(LyingServer, IsCaughtInEveryLieByItsName) {
    const auto changed = [](byte_string message, std::size_t at, std::uint8_t to) {
        message[at] = to;
        return message;
    };
    const std::size_t last = verify_.size() - 1;
    const std::uint8_t other = verify_[last] ^ 1U;
    EXPECT_EQ(why_of({extensions_, certificate_, changed(verify_, last, other)}),
              failure::signature_wrong);
    EXPECT_EQ(why_of({extensions_, certificate_, changed(changed(verify_, 4, 4), 5, 1)}),
              failure::signature_scheme_not_offered)
        << "rsa_pkcs1_sha256, which is for certificates";
    EXPECT_EQ(why_of({extensions_, certificate_, changed(changed(verify_, 4, 4), 5, 3)}),
              failure::signature_of_another_key)
        << "ECDSA with an RSA key";
    EXPECT_EQ(why_of({extensions_, certificate_, verify_, changed(finished_, 4, 0)}),
              failure::finished_wrong);
    EXPECT_EQ(why_of({extensions_, certificate_, verify_, from_hex("1400000400000000")}),
              failure::malformed_finished);
    EXPECT_EQ(why_of({extensions_, from_hex("0b00000c00000008000003aabbcc0000")}),
              failure::certificate_unreadable);
    EXPECT_EQ(why_of({from_hex("08000006000400100000")}), failure::extension_not_offered);
    EXPECT_EQ(why_of({extensions_, from_hex("0d000003000000")}),
              failure::malformed_certificate_request);
    EXPECT_EQ(why_of({from_hex("0bffffff")}), failure::message_too_long);
}

TEST_F(LyingServer, MayUseNoRecordForWhatItIsNot) {
    const auto why_of_record = [this](content_type type, byte_view content) {
        meet();
        tell(type, content);
        return session_->why();
    };
    EXPECT_EQ(why_of_record(content_type::application_data, as_bytes("too early")),
              failure::unexpected_message);
    EXPECT_EQ(why_of_record(content_type::change_cipher_spec, byte_string{1}),
              failure::unexpected_message);
    EXPECT_EQ(why_of_record(content_type::handshake, {}), failure::empty_handshake_record);
    EXPECT_EQ(why_of_record(content_type::invalid, byte_string(10, 0)),
              failure::record_without_type);
    EXPECT_EQ(why_of_record(content_type::alert, byte_string{2, 40, 0}), failure::malformed_alert);
    EXPECT_EQ(why_of_record(content_type::alert, byte_string{2, 40}), failure::alert_received);
    EXPECT_EQ(session_->received_alert(), alert::handshake_failure);
    EXPECT_EQ(why_of_record(content_type::alert, byte_string{1, 0}), failure::alert_received);
    EXPECT_EQ(session_->received_alert(), alert::close_notify) << "amid the handshake";

    meet();
    tell(content_type::handshake, byte_view(extensions_).first(3));
    tell(content_type::alert, byte_string{1, 0});
    EXPECT_EQ(session_->why(), failure::interleaved_message);
}

TEST_F(LyingServer, MayPutNoMessageOnBothSidesOfAChangeOfKeys) {
    EXPECT_EQ(why_of({extensions_, certificate_, verify_, finished_, byte_string{4}}),
              failure::message_across_keys);
    session one(client_, hello_of_the_trace(),
                key_exchange::of_private_key(from_hex(rfc8448::client_private_key)));
    byte_string hello = from_hex(rfc8448::server_hello);
    hello.push_back(8);
    byte_string record;
    append(record, record_header(content_type::handshake, hello.size()));
    append(record, hello);
    one.feed(as_text(record));
    EXPECT_EQ(one.why(), failure::message_across_keys);
}

TEST_F(LyingServer, IsCaughtBehindTheHandshakeToo) {
    struct lie {
        byte_string message;
        failure why;
    };
    for (const lie& one :
         {lie{from_hex("1800000102"), failure::malformed_key_update},
          lie{from_hex("1800000100"
                       "18"),
              failure::message_across_keys},
          lie{from_hex("040000020000"), failure::malformed_new_session_ticket},
          lie{finished_, failure::unexpected_message},
          lie{from_hex("0d00000b000008000d000400020403"), failure::unexpected_message}}) {
        open_up();
        tell(content_type::handshake, one.message);
        EXPECT_EQ(session_->why(), one.why) << to_text(one.why);
    }
    open_up();
    tell(content_type::handshake, from_hex("0400"));
    tell(content_type::application_data, as_bytes("text"));
    EXPECT_EQ(session_->why(), failure::interleaved_message);
    EXPECT_FALSE(session_->output().empty()) << "the alert";
}

TEST_F(LyingServer, MakesNobodySpeakBehindItsLastWord) {
    open_up();
    tell(content_type::alert, byte_string{2, 80});
    EXPECT_EQ(session_->received_alert(), alert::internal_error);
    session_->close();
    session_->seal("text");
    session_->update_keys(key_update_request::requested);
    EXPECT_TRUE(session_->output().empty());
}

// What a server said before it failed was authentic, and stays.
TEST_F(LyingServer, IsHeardUpToItsLie) {
    open_up();
    byte_string records;
    server_.seal(content_type::application_data, as_bytes("true"), records);
    server_.seal(content_type::handshake, finished_, records);
    session_->feed(as_text(records));
    EXPECT_EQ(session_->why(), failure::unexpected_message);
    EXPECT_EQ(session_->plaintext(), "true");
}

}  // namespace
}  // namespace stormdrain::tls13
