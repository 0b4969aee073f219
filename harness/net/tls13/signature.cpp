#include "harness/net/tls13/signature.hpp"

#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace stormdrain::tls13 {
namespace {

enum class key_kind { ecdsa_p256, ecdsa_p384, rsa, ed25519 };
enum class hash_kind { none, sha256, sha384, sha512 };

struct signature_scheme {
    std::uint16_t number;
    key_kind key;
    hash_kind hash;
};

// Of CertificateVerify.
constexpr std::array schemes = {
    signature_scheme{0x0403, key_kind::ecdsa_p256, hash_kind::sha256},
    signature_scheme{0x0807, key_kind::ed25519, hash_kind::none},
    signature_scheme{0x0804, key_kind::rsa, hash_kind::sha256},  // rsa_pss_rsae_sha256
    signature_scheme{0x0805, key_kind::rsa, hash_kind::sha384},
    signature_scheme{0x0806, key_kind::rsa, hash_kind::sha512},
    signature_scheme{0x0503, key_kind::ecdsa_p384, hash_kind::sha384},
};
// RSASSA-PKCS1-v1_5 is for certificates only. Most of those with an RSA key are signed so, and a
// server may refuse a client that does not know it.
constexpr std::array<std::uint16_t, 9> offered = {0x0403, 0x0807, 0x0804, 0x0805, 0x0806,
                                                  0x0503, 0x0401, 0x0501, 0x0601};

bool fits(EVP_PKEY* key, key_kind kind) {
    constexpr std::size_t group_name_bytes_max = 32;
    std::array<char, group_name_bytes_max> group{};
    std::size_t group_bytes = 0;
    switch (kind) {
        case key_kind::rsa:
            return ::EVP_PKEY_is_a(key, "RSA") == 1;
        case key_kind::ed25519:
            return ::EVP_PKEY_is_a(key, "ED25519") == 1;
        case key_kind::ecdsa_p256:
        case key_kind::ecdsa_p384:
            break;
    }
    if (::EVP_PKEY_is_a(key, "EC") != 1 ||
        ::EVP_PKEY_get_group_name(key, group.data(), group.size(), &group_bytes) != 1) {
        return false;
    }
    const std::string_view name(group.data(), group_bytes);
    return name == (kind == key_kind::ecdsa_p256 ? "prime256v1" : "secp384r1");
}

hash_algorithm* hash_of(algorithms& all, hash_kind kind) {
    switch (kind) {
        case hash_kind::sha256:
            return &all.sha256();
        case hash_kind::sha384:
            return &all.sha384();
        case hash_kind::sha512:
            return &all.sha512();
        case hash_kind::none:
            break;
    }
    return nullptr;
}

}  // namespace

struct signature_verifier::prepared {
    std::uint16_t scheme;
    hash_algorithm* hash;  // null: the key signs the content itself
    key_context context;   // verifies what was hashed before
};

std::span<const std::uint16_t> offered_signature_schemes() {
    return offered;
}

signature_verifier::signature_verifier(key_pointer key) : key_(std::move(key)) {}
signature_verifier::~signature_verifier() = default;

// Null: the key cannot sign so.
signature_verifier::prepared* signature_verifier::prepare(algorithms& all, std::uint16_t number) {
    const auto known = std::ranges::find(prepared_, number, &prepared::scheme);
    if (known != prepared_.end()) {
        return &*known;
    }
    const auto scheme = std::ranges::find(schemes, number, &signature_scheme::number);
    if (!fits(key_.get(), scheme->key)) {
        return nullptr;
    }
    hash_algorithm* const hash = hash_of(all, scheme->hash);
    key_context context;
    if (hash != nullptr) {
        context.reset(::EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
        require_openssl(context && ::EVP_PKEY_verify_init(context.get()) == 1 &&
                            ::EVP_PKEY_CTX_set_signature_md(context.get(), hash->native()) == 1,
                        "verify signatures");
    }
    if (scheme->key == key_kind::rsa) {
        // Section 4.2.3: the salt is as long as the digest.
        require_openssl(
            ::EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PSS_PADDING) == 1 &&
                ::EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) == 1,
            "verify RSA-PSS signatures");
    }
    prepared_.push_back({number, hash, std::move(context)});
    return &prepared_.back();
}

failure signature_verifier::verify(algorithms& all, const signed_content& what) {
    if (std::ranges::find(schemes, what.scheme, &signature_scheme::number) == schemes.end()) {
        return failure::signature_scheme_not_offered;
    }
    prepared* const ready = prepare(all, what.scheme);
    if (ready == nullptr) {
        return failure::signature_of_another_key;
    }
    if (ready->hash == nullptr) {
        const digest_context whole(::EVP_MD_CTX_new());
        require_openssl(whole && ::EVP_DigestVerifyInit(whole.get(), nullptr, nullptr, nullptr,
                                                        key_.get()) == 1,
                        "verify signatures");
        return ::EVP_DigestVerify(whole.get(), what.signature.data(), what.signature.size(),
                                  what.content.data(), what.content.size()) == 1
                   ? failure::none
                   : failure::signature_wrong;
    }
    const short_bytes digest = ready->hash->hash(what.content);
    return ::EVP_PKEY_verify(ready->context.get(), what.signature.data(), what.signature.size(),
                             digest.view().data(), digest.size()) == 1
               ? failure::none
               : failure::signature_wrong;
}

byte_string content_of_certificate_verify(const short_bytes& transcript_hash) {
    constexpr std::size_t blanks_count = 64;
    constexpr std::string_view of_a_server = "TLS 1.3, server CertificateVerify";
    byte_string content(blanks_count, ' ');
    append(content, as_bytes(of_a_server));
    content.push_back(0);
    append(content, transcript_hash.view());
    return content;
}

}  // namespace stormdrain::tls13
