#include "harness/net/tls13/server_messages.hpp"

#include "harness/net/tls13/rfc8448_trace.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace stormdrain::tls13 {
namespace {

using rfc8448::from_hex;

const std::string share =
    "00330024001d0020c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f";
const std::string version = "002b00020304";

// A ServerHello's body of parts in hex.
struct hello_parts {
    std::string version = "0303";
    std::string random = std::string(64, '5');
    std::string session_id = "00";
    std::string suite = "1301";
    std::string compression = "00";
    std::string extensions = version_and_share();

    static std::string version_and_share() { return stormdrain::tls13::version + share; }
    byte_string bytes() const {
        const byte_string contents = from_hex(extensions);
        byte_string body = from_hex(version + random + session_id + suite + compression);
        body.push_back(static_cast<std::uint8_t>(contents.size() / 256));
        body.push_back(static_cast<std::uint8_t>(contents.size() % 256));
        append(body, contents);
        return body;
    }
};

client_hello ours() {
    client_hello hello;
    hello.suites = {0x1301};
    hello.extensions = {extension::supported_versions, extension::key_share,
                        extension::supported_groups, extension::application_protocols};
    hello.application_protocols = {"h2", "http/1.1"};
    return hello;
}

failure why_of_hello(const hello_parts& parts) {
    const auto said = read_server_hello(parts.bytes(), ours());
    return said ? failure::none : said.error();
}

TEST(ServerHello13, IsRead) {
    const byte_string bytes = hello_parts().bytes();
    const auto said = read_server_hello(bytes, ours());
    ASSERT_TRUE(said);
    EXPECT_EQ(said->suite, 0x1301);
    EXPECT_FALSE(said->resumes);
    EXPECT_TRUE(are_equal(said->key_share, from_hex(rfc8448::server_public_key)));
}

TEST(ServerHello13, IsRefusedByTheNameOfWhatIsWrong) {
    struct wrong {
        std::function<void(hello_parts&)> change;
        failure why;
    };
    const std::vector<wrong> all = {
        {[](hello_parts& parts) { parts.version = "0302"; }, failure::another_version},
        {[](hello_parts& parts) { parts.extensions = share; }, failure::another_version},
        {[](hello_parts& parts) { parts.extensions = "ff01000100"; }, failure::another_version},
        {[](hello_parts& parts) { parts.extensions = "002b00020303" + share; },
         failure::another_version},
        {[](hello_parts& parts) {
             parts.random = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
         },
         failure::hello_retry_requested},
        {[](hello_parts& parts) { parts.session_id = "0101"; }, failure::session_id_not_echoed},
        {[](hello_parts& parts) { parts.suite = "1302"; }, failure::cipher_suite_not_offered},
        {[](hello_parts& parts) { parts.compression = "01"; }, failure::compression_chosen},
        {[](hello_parts& parts) { parts.extensions = version; }, failure::key_share_missing},
        {[](hello_parts& parts) { parts.extensions = version + "0033000600170002aaaa"; },
         failure::key_share_not_offered},
        {[](hello_parts& parts) { parts.extensions += version; }, failure::extension_twice},
        {[](hello_parts& parts) { parts.extensions += "00000000"; },
         failure::extension_not_offered},
        {[](hello_parts& parts) { parts.extensions += "002900020000"; },
         failure::pre_shared_key_not_offered},
        {[](hello_parts& parts) { parts.extensions = "002b0003030400" + share; },
         failure::malformed_server_hello},
        {[](hello_parts& parts) { parts.extensions += "00"; }, failure::malformed_server_hello},
    };
    for (std::size_t index = 0; index < all.size(); ++index) {
        hello_parts parts;
        all[index].change(parts);
        EXPECT_EQ(why_of_hello(parts), all[index].why) << index;
    }
}

TEST(ServerHello13, IsNothingWhenItIsCutOrLonger) {
    const byte_string whole = hello_parts().bytes();
    // Where the extensions begin it could be an older server's.
    constexpr std::size_t without_extensions = 2 + 32 + 1 + 2 + 1;
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
        const auto said = read_server_hello(byte_view(whole).first(bytes), ours());
        ASSERT_FALSE(said) << bytes;
        EXPECT_EQ(said.error(), bytes == without_extensions ? failure::another_version
                                                            : failure::malformed_server_hello);
    }
    byte_string longer = whole;
    longer.push_back(0);
    EXPECT_EQ(read_server_hello(longer, ours()).error(), failure::malformed_server_hello);
}

failure why_of_extensions(std::string_view hex) {
    const auto said = read_encrypted_extensions(from_hex(hex), ours());
    return said ? failure::none : said.error();
}

TEST(EncryptedExtensions13, AreReadAndJudged) {
    EXPECT_EQ(why_of_extensions("0000"), failure::none);
    EXPECT_EQ(
        read_encrypted_extensions(from_hex("0009001000050003026832"), ours())->application_protocol,
        "h2");
    EXPECT_EQ(why_of_extensions("0009001000050003026833"), failure::protocol_not_offered);
    EXPECT_EQ(why_of_extensions("000c001000080006026832026832"),
              failure::malformed_encrypted_extensions)
        << "two protocols";
    EXPECT_EQ(why_of_extensions("0006001000020000"), failure::malformed_encrypted_extensions)
        << "no protocol";
    EXPECT_EQ(why_of_extensions("000400000000"), failure::extension_not_offered);
    EXPECT_EQ(why_of_extensions("0008000a0000000a0000"), failure::extension_twice);
    EXPECT_EQ(why_of_extensions(""), failure::malformed_encrypted_extensions);
    EXPECT_EQ(why_of_extensions("000000"), failure::malformed_encrypted_extensions);
    EXPECT_EQ(why_of_extensions("0003000a00"), failure::malformed_encrypted_extensions);
}

TEST(Certificate13, IsAChainOfAtLeastOne) {
    const auto read = [](std::string_view hex) { return read_certificate(from_hex(hex)); };
    const byte_string two = from_hex("0000000e000002aabb0000000002ccdd0000");
    const auto chain = read_certificate(two);
    ASSERT_TRUE(chain);
    ASSERT_EQ(chain->size(), 2U);
    EXPECT_TRUE(are_equal(chain->back(), from_hex("ccdd")));
    EXPECT_EQ(read("00000000").error(), failure::certificate_missing);
    EXPECT_EQ(read("01aa000000").error(), failure::malformed_certificate);
    EXPECT_EQ(read("00000005000000"
                   "0000")
                  .error(),
              failure::malformed_certificate);
    EXPECT_EQ(read("0000000a000001aa000400050000").error(), failure::extension_not_offered);
    for (std::size_t bytes = 0; bytes < two.size(); ++bytes) {
        EXPECT_EQ(read_certificate(byte_view(two).first(bytes)).error(),
                  failure::malformed_certificate)
            << bytes;
    }
}

TEST(CertificateRequest13, HasToNameAlgorithms) {
    EXPECT_EQ(check_certificate_request(from_hex("000008000d000400020403")), failure::none);
    EXPECT_EQ(check_certificate_request(from_hex("000000")),
              failure::malformed_certificate_request);
    EXPECT_EQ(check_certificate_request(from_hex("01aa0008000d000400020403")),
              failure::malformed_certificate_request);
    EXPECT_EQ(check_certificate_request(from_hex("000008000d00040002040300")),
              failure::malformed_certificate_request);
    EXPECT_EQ(check_certificate_request({}), failure::malformed_certificate_request);
}

TEST(CertificateVerify13, IsASchemeAndASignature) {
    const byte_string body = from_hex("04030002aabb");
    const auto said = read_certificate_verify(body);
    ASSERT_TRUE(said);
    EXPECT_EQ(said->scheme, 0x0403);
    EXPECT_EQ(said->signature.size(), 2U);
    for (const std::string_view wrong : {"", "0403", "04030002aa", "04030002aabbcc"}) {
        EXPECT_EQ(read_certificate_verify(from_hex(wrong)).error(),
                  failure::malformed_certificate_verify);
    }
}

TEST(NewSessionTicket13, IsRead) {
    const byte_string body = from_hex(
        "0000001efad6aac502000000"
        "03aabbcc"
        "0000");
    const auto said = read_new_session_ticket(body);
    ASSERT_TRUE(said);
    EXPECT_EQ(said->lifetime_s, 30U);
    EXPECT_EQ(said->age_offset_ms, 0xfad6aac5U);
    EXPECT_EQ(said->nonce.size(), 2U);
    EXPECT_EQ(said->ticket.size(), 3U);
    for (std::size_t bytes = 0; bytes < body.size(); ++bytes) {
        EXPECT_EQ(read_new_session_ticket(byte_view(body).first(bytes)).error(),
                  failure::malformed_new_session_ticket);
    }
    EXPECT_EQ(read_new_session_ticket(from_hex("0000001efad6aac502000000000000")).error(),
              failure::malformed_new_session_ticket)
        << "an empty ticket";
}

TEST(KeyUpdate13, AsksOrDoesNot) {
    EXPECT_EQ(*read_key_update(byte_string{0}), key_update_request::not_requested);
    EXPECT_EQ(*read_key_update(byte_string{1}), key_update_request::requested);
    EXPECT_EQ(read_key_update(byte_string{2}).error(), failure::malformed_key_update);
    EXPECT_EQ(read_key_update({}).error(), failure::malformed_key_update);
    EXPECT_EQ(read_key_update(byte_string{0, 0}).error(), failure::malformed_key_update);
}

TEST(Alert13, IsTwoBytes) {
    EXPECT_EQ(read_alert(byte_string{2, 40})->description, alert::handshake_failure);
    EXPECT_EQ(read_alert(byte_string{2}).error(), failure::malformed_alert);
    EXPECT_EQ(read_alert(byte_string{2, 40, 2, 40}).error(), failure::malformed_alert);
}

}  // namespace
}  // namespace stormdrain::tls13
