// What a broken server may send, by the thousand: the session never crashes, never opens, and how
// the bytes are cut never matters. Each case is drawn from its number alone, so that a failure
// names what repeats it. session_fuzz.cpp goes on from here with libFuzzer.

#include "harness/net/tls13/openssl_server.hpp"
#include "harness/net/tls13/rfc8448_trace.hpp"
#include "harness/net/tls13/server_messages.hpp"
#include "harness/net/tls13/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace stormdrain::tls13 {
namespace {

using rfc8448::from_hex;

constexpr unsigned mutations_max = 4;  // of one case

class mutation {
public:
    explicit mutation(unsigned number) : random_(number) {}

    std::string of(std::string text) {
        const unsigned count = 1 + below(mutations_max);
        for (unsigned done = 0; done < count && !text.empty(); ++done) {
            apply(text);
        }
        return text;
    }

    unsigned below(std::size_t limit) { return static_cast<unsigned>(random_() % limit); }

private:
    void apply(std::string& text) {
        const std::size_t at = below(text.size());
        const std::size_t bytes = 1 + below(std::min<std::size_t>(text.size() - at, 64));
        switch (below(6)) {
            case 0:
                text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
                break;
            case 1:
                text[at] = static_cast<char>(random_());
                break;
            case 2:
                text.resize(at);
                break;
            case 3:
                text.erase(at, bytes);
                break;
            case 4:
                text.insert(at, text.substr(at, bytes));
                break;
            default:
                text.insert(at, bytes, static_cast<char>(random_()));
                break;
        }
    }

    std::minstd_rand random_;  // the same numbers everywhere (C++20 [rand.predef])
};

client_options checking_signatures() {
    client_options options;
    options.server.proof = server_proof::signature;
    return options;
}

class Tls13Mutation : public testing::Test {
protected:
    client client_{checking_signatures()};
};

// Without what means nothing in clear: versions of records (RFC 8446 section 5.1), and the
// change_cipher_spec records that are dropped (section 5).
std::string without_the_meaningless(std::string_view stream) {
    constexpr char change_cipher_spec = 20;
    constexpr char application_data = 23;
    std::string rest;
    while (stream.size() >= record_header_bytes) {
        wire_reader length(as_bytes(stream.substr(3, 2)));
        const std::size_t bytes = record_header_bytes + length.u16();
        std::string one(stream.substr(0, bytes));
        stream.remove_prefix(one.size());
        if (one.front() != application_data) {
            one.replace(1, 2, 2, '\0');
        }
        rest += one.front() == change_cipher_spec ? "" : one;
    }
    return rest;
}

// Whatever the ciphertext is turned into: only the AEAD stands between it and the parsers.
TEST_F(Tls13Mutation, OfTheServersFlightNeverOpensASession) {
    constexpr unsigned cases_count = 1'500;
    openssl_server server;
    for (unsigned number = 0; number < cases_count; ++number) {
        session one(client_);
        server.restart();
        const std::string flight = server.answer(take_output(one));
        mutation change(number);
        const std::string changed = change.of(flight);
        const std::size_t cut = changed.empty() ? 0 : change.below(changed.size());
        one.feed(std::string_view(changed).substr(0, cut));
        one.feed(std::string_view(changed).substr(cut));
        const bool is_whole =
            without_the_meaningless(changed).starts_with(without_the_meaningless(flight));
        EXPECT_TRUE(one.state() != tls_codec_state::open || is_whole) << "mutation " << number;
        EXPECT_TRUE(one.plaintext().empty()) << "mutation " << number;
    }
}

// Behind the AEAD stand the parsers: every message of the server, changed before it is sealed.
TEST_F(Tls13Mutation, OfAMessageIsRefusedOrReadButNeverMore) {
    constexpr unsigned cases_count = 20'000;
    client_hello ours;
    ours.suites = {0x1301};
    ours.extensions = {extension::application_protocols, extension::supported_groups};
    ours.application_protocols = {"h2"};
    const std::string hello(as_text(from_hex(rfc8448::server_hello)).substr(4));
    const std::string extensions(as_text(from_hex("000f001000050003026832000a0004001d0017")));
    const std::string chain(as_text(from_hex("0000000e000002aabb0000000002ccdd0000")));
    const std::string request(as_text(from_hex("000008000d000400020403")));
    const std::string signature(as_text(from_hex("04030002aabb")));
    const std::string ticket(as_text(from_hex("0000001efad6aac50200000003aabbcc0000")));
    unsigned read_count = 0;
    for (unsigned number = 0; number < cases_count; ++number) {
        mutation change(number);
        const auto count = [&](bool was_read) { read_count += was_read ? 1U : 0U; };
        count(read_server_hello(as_bytes(change.of(hello)), ours).has_value());
        count(read_encrypted_extensions(as_bytes(change.of(extensions)), ours).has_value());
        count(read_certificate(as_bytes(change.of(chain))).has_value());
        count(check_certificate_request(as_bytes(change.of(request))) == failure::none);
        count(read_certificate_verify(as_bytes(change.of(signature))).has_value());
        count(read_new_session_ticket(as_bytes(change.of(ticket))).has_value());
    }
    EXPECT_GT(read_count, 0U) << "a mutation in a random or a name is none";
    EXPECT_LT(read_count, cases_count * 4);
}

// What follows the handshake, and what is no TLS at all.
TEST_F(Tls13Mutation, OfRecordsBehindTheHandshakeShowsNoTouchedText) {
    constexpr unsigned cases_count = 500;
    openssl_server server;
    unsigned shown_count = 0;
    for (unsigned number = 0; number < cases_count; ++number) {
        session one(client_);
        server.restart();
        converse(one, server);
        ASSERT_EQ(one.state(), tls_codec_state::open);
        std::string records = server.say("first");
        records += server.say("second");
        one.feed(mutation(number).of(records));
        const std::string_view text = one.plaintext();
        shown_count += text.empty() ? 0U : 1U;
        EXPECT_TRUE(text.empty() || text == "first" || text == "firstsecond")
            << "mutation " << number << ": " << text;
    }
    EXPECT_GT(shown_count, 0U) << "what stands before the mutation is shown";
}

TEST_F(Tls13Mutation, IsReadAlikeHoweverItIsCut) {
    constexpr unsigned cases_count = 300;
    client_hello hello;
    hello.message = from_hex(rfc8448::client_hello);
    hello.suites = {0x1301};
    hello.extensions = {extension::server_name, extension::supported_groups,
                        static_cast<extension>(28)};
    const key_pair key = key_exchange::of_private_key(from_hex(rfc8448::client_private_key));
    const std::string stream(as_text(from_hex(
        std::string(rfc8448::server_hello_record_header) + std::string(rfc8448::server_hello) +
        std::string(rfc8448::server_flight_record) + std::string(rfc8448::server_data_record))));
    for (unsigned number = 0; number < cases_count; ++number) {
        const std::string changed = mutation(number).of(stream);
        session whole(client_, hello, key);
        whole.feed(changed);
        session cut(client_, hello, key);
        for (const char& byte : changed) {
            cut.feed({&byte, 1});
        }
        EXPECT_EQ(cut.state(), whole.state()) << "mutation " << number;
        EXPECT_EQ(cut.why(), whole.why()) << "mutation " << number;
        EXPECT_EQ(cut.output(), whole.output()) << "mutation " << number;
    }
}

}  // namespace
}  // namespace stormdrain::tls13
