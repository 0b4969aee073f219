#include "harness/net/tls13/algorithms.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace stormdrain::tls13 {

short_bytes::short_bytes(byte_view bytes) : size_(bytes.size()) {
    if (size_ > bytes_max) {
        throw std::length_error("longer than any hash of TLS 1.3");
    }
    std::ranges::copy(bytes, bytes_.begin());
}

short_bytes short_bytes::zeros(std::size_t count) {
    const std::array<std::uint8_t, bytes_max> none{};
    return short_bytes(byte_view(none).first(std::min(count, bytes_max)));
}

hash_algorithm::hash_algorithm(const char* name)
    : digest_(::EVP_MD_fetch(nullptr, name, nullptr)), hashing_(::EVP_MD_CTX_new()) {
    require_openssl(digest_ && hashing_, "hash");
    bytes_ = static_cast<std::size_t>(::EVP_MD_get_size(digest_.get()));
    EVP_MAC* const hmac = ::EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
    authenticating_.reset(hmac == nullptr ? nullptr : ::EVP_MAC_CTX_new(hmac));
    ::EVP_MAC_free(hmac);  // the context holds it, too
    std::string digest_name = name;
    const std::array<OSSL_PARAM, 2> parameters{
        ::OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest_name.data(), 0),
        ::OSSL_PARAM_construct_end()};
    require_openssl(
        authenticating_ && ::EVP_MAC_CTX_set_params(authenticating_.get(), parameters.data()) == 1,
        "authenticate a message");
}

short_bytes hash_algorithm::hash(byte_view message) {
    short_bytes result = short_bytes::zeros(bytes_);
    require_openssl(::EVP_DigestInit_ex(hashing_.get(), digest_.get(), nullptr) == 1 &&
                        ::EVP_DigestUpdate(hashing_.get(), message.data(), message.size()) == 1 &&
                        ::EVP_DigestFinal_ex(hashing_.get(), result.data(), nullptr) == 1,
                    "hash");
    return result;
}

short_bytes hash_algorithm::hmac(byte_view key, byte_view message) {
    short_bytes result = short_bytes::zeros(bytes_);
    std::size_t written = 0;
    require_openssl(
        ::EVP_MAC_init(authenticating_.get(), key.data(), key.size(), nullptr) == 1 &&
            ::EVP_MAC_update(authenticating_.get(), message.data(), message.size()) == 1 &&
            ::EVP_MAC_final(authenticating_.get(), result.data(), &written, result.size()) == 1,
        "authenticate a message");
    return result;
}

transcript::transcript(hash_algorithm& hash)
    : so_far_(::EVP_MD_CTX_new()), copy_(::EVP_MD_CTX_new()), bytes_(hash.bytes()) {
    require_openssl(
        so_far_ && copy_ && ::EVP_DigestInit_ex(so_far_.get(), hash.native(), nullptr) == 1,
        "hash a handshake");
}

void transcript::add(byte_view message) {
    require_openssl(::EVP_DigestUpdate(so_far_.get(), message.data(), message.size()) == 1,
                    "hash a handshake");
}

short_bytes transcript::hash() const {
    short_bytes result = short_bytes::zeros(bytes_);
    require_openssl(::EVP_MD_CTX_copy_ex(copy_.get(), so_far_.get()) == 1 &&
                        ::EVP_DigestFinal_ex(copy_.get(), result.data(), nullptr) == 1,
                    "hash a handshake");
    return result;
}

algorithms::algorithms()
    : ciphers_{cipher_pointer(::EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr)),
               cipher_pointer(::EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)),
               cipher_pointer(::EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr))},
      // RFC 8446 appendix B.4.
      suites_{
          cipher_suite{0x1301, "TLS_AES_128_GCM_SHA256", 16, ciphers_[0].get(), &sha256_},
          cipher_suite{0x1302, "TLS_AES_256_GCM_SHA384", 32, ciphers_[1].get(), &sha384_},
          cipher_suite{0x1303, "TLS_CHACHA20_POLY1305_SHA256", 32, ciphers_[2].get(), &sha256_}} {
    require_openssl(
        std::ranges::all_of(ciphers_, [](const auto& cipher) { return cipher != nullptr; }),
        "encrypt as TLS 1.3 does");
}

const cipher_suite* algorithms::suite(std::uint16_t number) const {
    const auto found = std::ranges::find(suites_, number, &cipher_suite::number);
    return found == suites_.end() ? nullptr : &*found;
}

}  // namespace stormdrain::tls13
