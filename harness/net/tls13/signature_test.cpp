#include "harness/net/tls13/signature.hpp"

#include "harness/net/tls13/openssl_server.hpp"
#include "harness/net/tls13/rfc8448_trace.hpp"

#include <gtest/gtest.h>
#include <openssl/rsa.h>

#include <algorithm>

namespace stormdrain::tls13 {
namespace {

key_pointer shared(EVP_PKEY* key) {
    ::EVP_PKEY_up_ref(key);
    return key_pointer(key);
}

// As a server signs; an empty `hash`: the key hashes itself.
byte_string sign(EVP_PKEY* key, const char* hash, byte_view content) {
    const digest_context context(::EVP_MD_CTX_new());
    EVP_PKEY_CTX* parameters = nullptr;
    ::EVP_DigestSignInit_ex(context.get(), &parameters, hash, nullptr, nullptr, key, nullptr);
    if (::EVP_PKEY_is_a(key, "RSA") == 1) {
        ::EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
        ::EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
    }
    std::size_t bytes = 0;
    ::EVP_DigestSign(context.get(), nullptr, &bytes, content.data(), content.size());
    byte_string signature(bytes);
    ::EVP_DigestSign(context.get(), signature.data(), &bytes, content.data(), content.size());
    signature.resize(bytes);
    return signature;
}

TEST(Signature13, IsVerifiedByEverySchemeAgainAndAgain) {
    struct scheme {
        key_sort key;
        std::uint16_t number;
        const char* hash;
    };
    algorithms all;
    const byte_string content = content_of_certificate_verify(short_bytes::zeros(32));
    for (const scheme& one :
         {scheme{key_sort::ecdsa_p256, 0x0403, "SHA256"},
          scheme{key_sort::ecdsa_p384, 0x0503, "SHA384"}, scheme{key_sort::rsa, 0x0804, "SHA256"},
          scheme{key_sort::rsa, 0x0805, "SHA384"}, scheme{key_sort::rsa, 0x0806, "SHA512"},
          scheme{key_sort::ed25519, 0x0807, nullptr}}) {
        const key_pointer key = make_key(one.key);
        const byte_string signature = sign(key.get(), one.hash, content);
        signature_verifier verifier(shared(key.get()));
        for (int times = 0; times < 2; ++times) {
            EXPECT_EQ(verifier.verify(all, {one.number, content, signature}), failure::none)
                << one.number;
            byte_string touched = content;
            touched.back() ^= 1;
            EXPECT_EQ(verifier.verify(all, {one.number, touched, signature}),
                      failure::signature_wrong);
            EXPECT_EQ(verifier.verify(all, {one.number, content, byte_view(signature).first(8)}),
                      failure::signature_wrong);
            EXPECT_EQ(verifier.verify(all, {one.number, content, {}}), failure::signature_wrong);
        }
    }
}

TEST(Signature13, RefusesASchemeThatTheKeyOrTheProtocolDoesNotHave) {
    algorithms all;
    signature_verifier verifier(make_key(key_sort::ecdsa_p256));
    const byte_string nothing(8);
    for (const std::uint16_t number :
         {std::uint16_t{0x0804}, std::uint16_t{0x0503}, std::uint16_t{0x0807}}) {
        EXPECT_EQ(verifier.verify(all, {number, nothing, nothing}),
                  failure::signature_of_another_key);
    }
    // Certificates may be signed so, handshakes may not.
    signature_verifier rsa(make_key(key_sort::rsa));
    EXPECT_EQ(rsa.verify(all, {0x0401, nothing, nothing}), failure::signature_scheme_not_offered);
    EXPECT_EQ(rsa.verify(all, {0x0201, nothing, nothing}), failure::signature_scheme_not_offered);
    EXPECT_EQ(rsa.verify(all, {0x0403, nothing, nothing}), failure::signature_of_another_key);
}

TEST(Signature13, IsOverWhatTheRfcSays) {
    const byte_string content = content_of_certificate_verify(short_bytes(byte_string(32, 1)));
    // RFC 8446 section 4.4.3 has an example with these very bytes.
    EXPECT_EQ(content.size(), 130U);
    EXPECT_EQ(std::ranges::count(byte_view(content).first(64), 0x20), 64);
    EXPECT_EQ(as_text(byte_view(content).subspan(64, 33)), "TLS 1.3, server CertificateVerify");
    EXPECT_EQ(content[97], 0);
    EXPECT_EQ(content[98], 1);
}

}  // namespace
}  // namespace stormdrain::tls13
