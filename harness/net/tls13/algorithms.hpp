#pragma once
// OpenSSL's algorithms, fetched once: a fetch by name takes longer than most of what is computed
// with it (OpenSSL 3.0), and a handshake would make thirty. One a thread, for its contexts are
// used again and again.

#include "harness/net/openssl_pointers.hpp"
#include "harness/net/tls13/wire.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace stormdrain::tls13 {

// A hash, a secret or a key: at most as long as the longest hash, SHA-512 of what is signed.
class short_bytes {
public:
    static constexpr std::size_t bytes_max = 64;

    short_bytes() = default;
    // Throws std::length_error.
    explicit short_bytes(byte_view bytes);
    // So many zeros, to be filled.
    static short_bytes zeros(std::size_t count);

    std::size_t size() const { return size_; }
    std::uint8_t* data() { return bytes_.data(); }
    byte_view view() const { return {bytes_.data(), size_}; }
    bool operator==(const short_bytes& other) const { return are_equal(view(), other.view()); }

private:
    std::array<std::uint8_t, bytes_max> bytes_{};
    std::size_t size_ = 0;
};

class hash_algorithm {
public:
    // By OpenSSL's name. Throws environment_error.
    explicit hash_algorithm(const char* name);

    std::size_t bytes() const { return bytes_; }
    const EVP_MD* native() const { return digest_.get(); }
    short_bytes hash(byte_view message);
    short_bytes hmac(byte_view key, byte_view message);

private:
    digest_pointer digest_;
    digest_context hashing_;
    mac_context authenticating_;
    std::size_t bytes_ = 0;
};

// The hash of all handshake messages so far (RFC 8446 section 4.4.1).
class transcript {
public:
    explicit transcript(hash_algorithm& hash);
    void add(byte_view message);
    short_bytes hash() const;

private:
    digest_context so_far_;
    digest_context copy_;
    std::size_t bytes_;
};

struct cipher_suite {
    std::uint16_t number = 0;
    std::string_view name;
    std::size_t key_bytes = 0;
    const EVP_CIPHER* cipher = nullptr;
    hash_algorithm* hash = nullptr;
};

class algorithms {
public:
    // Throws environment_error when OpenSSL lacks one of them.
    algorithms();
    algorithms(const algorithms&) = delete;
    algorithms& operator=(const algorithms&) = delete;

    // All there are, in the order of preference.
    std::span<const cipher_suite> suites() const { return suites_; }
    // Null: none of ours.
    const cipher_suite* suite(std::uint16_t number) const;
    hash_algorithm& sha256() { return sha256_; }
    hash_algorithm& sha384() { return sha384_; }
    hash_algorithm& sha512() { return sha512_; }

private:
    hash_algorithm sha256_{"SHA256"};
    hash_algorithm sha384_{"SHA384"};
    hash_algorithm sha512_{"SHA512"};
    std::array<cipher_pointer, 3> ciphers_;
    std::array<cipher_suite, 3> suites_;
};

}  // namespace stormdrain::tls13
