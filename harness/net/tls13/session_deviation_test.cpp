#include "harness/net/tls13/openssl_server.hpp"
#include "harness/net/tls13/session.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <string>
#include <string_view>

namespace stormdrain::tls13 {
namespace {

client_options checking_signatures() {
    client_options options;
    options.server.proof = server_proof::signature;
    return options;
}

// What it does to a server on purpose, and what it does not take from one.
class Tls13Deviation : public testing::Test {
protected:
    static void open_up(session& one, openssl_server& server) {
        converse(one, server);
        ASSERT_EQ(one.state(), tls_codec_state::open) << one.failure_text();
        ASSERT_TRUE(server.is_open());
    }

    client client_{checking_signatures()};
};

TEST_F(Tls13Deviation, StopsAtTheByteThatItIsTold) {
    openssl_server server;
    session whole(client_);
    const std::size_t hello_bytes = whole.output().size();
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, hello_bytes - 1}) {
        session_options options;
        options.cut = flight_cut{flight::client_hello, bytes};
        session cut(client_, options);
        EXPECT_EQ(cut.output().size(), bytes);
        EXPECT_EQ(cut.state(), tls_codec_state::stopped);
        cut.feed("anything");
        cut.seal("anything");
        EXPECT_EQ(cut.output().size(), bytes);
    }
    for (const std::size_t bytes : {std::size_t{0}, std::size_t{7}}) {
        session_options options;
        options.cut = flight_cut{flight::second, bytes};
        session cut(client_, options);
        server.restart();
        cut.feed(server.answer(take_output(cut)));
        EXPECT_EQ(cut.state(), tls_codec_state::stopped);
        EXPECT_EQ(cut.output().size(), bytes);
        EXPECT_FALSE(server.is_open());
    }
}

// Behind the server's flight, where an alert is under the handshake's keys.
TEST_F(Tls13Deviation, AbortsWithTheAlertThatItIsTold) {
    openssl_server server;
    session_options options;
    options.cut = flight_cut{flight::second, 0};
    session one(client_, options);
    one.feed(server.answer(take_output(one)));
    ::ERR_clear_error();
    one.abort(alert::user_canceled);
    one.abort(alert::internal_error);  // the first one counts
    EXPECT_FALSE(one.output().empty());
    server.answer(take_output(one));
    EXPECT_FALSE(server.is_open());

    server.restart();
    session other(client_, options);
    other.feed(server.answer(take_output(other)));
    other.abort(alert::internal_error);
    server.answer(take_output(other));
    EXPECT_EQ(ERR_GET_REASON(::ERR_peek_last_error()), SSL_R_TLSV1_ALERT_INTERNAL_ERROR);
    ::ERR_clear_error();
}

TEST_F(Tls13Deviation, SendsGarbageThatNoKeyOpens) {
    openssl_server server;
    session one(client_);
    open_up(one, server);
    one.send_garbage(100);
    EXPECT_EQ(one.output().size(), record_header_bytes + 100 + 1 + record_tag_bytes);
    ::ERR_clear_error();
    const std::string answer = server.answer(take_output(one));
    EXPECT_EQ(ERR_GET_REASON(::ERR_peek_last_error()), SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC);
    ::ERR_clear_error();
    one.feed(answer);
    EXPECT_EQ(one.received_alert(), alert::bad_record_mac);
}

TEST_F(Tls13Deviation, TalksInRecordsOfOneByteAndWithPadding) {
    openssl_server server;
    session_options options;
    options.record_bytes = 1;
    session tiny(client_, options);
    // A byte of the hello a record, with a header each.
    EXPECT_EQ(tiny.output().size() % (record_header_bytes + 1), 0U);
    open_up(tiny, server);
    tiny.seal("ping");
    EXPECT_EQ(tiny.output().size(), 4 * (record_header_bytes + 1 + 1 + record_tag_bytes));

    server.restart();
    session_options padded;
    padded.record_bytes = 1'000;
    padded.padding_bytes = 500;
    session one(client_, padded);
    open_up(one, server);
    one.seal("ping");
    EXPECT_EQ(one.output().size(), record_header_bytes + 4 + 1 + 500 + record_tag_bytes);
}

TEST_F(Tls13Deviation, DropsTheChangeCipherSpecsOfMiddleboxes) {
    const std::string one_spec("\x14\x03\x03\x00\x01\x01", 6);
    openssl_server server;
    session one(client_);
    one.feed(one_spec);
    const std::string flight = server.answer(take_output(one));
    one.feed(flight);
    EXPECT_EQ(one.state(), tls_codec_state::open);
    one.feed(one_spec);  // section 5: not behind the server's Finished
    EXPECT_EQ(one.why(), failure::unexpected_message);

    session flooded(client_);
    for (int times = 0; times < 9; ++times) {
        flooded.feed(one_spec);
    }
    EXPECT_EQ(flooded.why(), failure::too_many_change_cipher_specs);
    session malformed(client_);
    malformed.feed(std::string_view("\x14\x03\x03\x00\x01\x02", 6));
    EXPECT_EQ(malformed.why(), failure::malformed_change_cipher_spec);
}

TEST_F(Tls13Deviation, RefusesWhatDoesNotBelongThere) {
    struct wrong {
        std::string_view bytes;
        failure why;
    };
    using namespace std::string_view_literals;
    for (const wrong& one :
         {wrong{"\x17\x03\x03\x00\x11"sv, failure::none},
          wrong{"\x17\x03\x03\x00\x01x"sv, failure::unexpected_message},
          wrong{"\x16\x03\x03\x00\x00"sv, failure::empty_handshake_record},
          wrong{"\x15\x03\x03\x00\x01\x02"sv, failure::malformed_alert},
          wrong{"\x15\x03\x03\x00\x02\x02\x28"sv, failure::alert_received},
          wrong{"\x15\x03\x03\x00\x02\x01\x00"sv, failure::alert_received},
          wrong{"\x16\x03\x03\x00\x01\x02\x15\x03\x03\x00\x02\x02\x28"sv,
                failure::interleaved_message},
          wrong{"\x16\x03\x03\x00\x04\x14\x00\x00\x00"sv, failure::unexpected_message}}) {
        session fed(client_);
        fed.feed(one.bytes);
        EXPECT_EQ(fed.why(), one.why) << to_text(one.why);
        EXPECT_EQ(fed.state(), one.why == failure::none ? tls_codec_state::handshaking
                                                        : tls_codec_state::failed);
    }
    openssl_server server;
    session open(client_);
    open_up(open, server);
    open.feed("\x15\x03\x03\x00\x02\x02\x28"sv);
    EXPECT_EQ(open.why(), failure::unprotected_record);
}

}  // namespace
}  // namespace stormdrain::tls13
