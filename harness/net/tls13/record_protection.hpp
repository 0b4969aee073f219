#pragma once
// Records under keys (RFC 8446 section 5.2): sealing and opening, in one pass over the bytes, each
// for one direction.

#include "harness/net/tls13/algorithms.hpp"
#include "harness/net/tls13/failure.hpp"
#include "harness/net/tls13/wire.hpp"

#include <boost/system/result.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace stormdrain::tls13 {

enum class content_type : std::uint8_t {
    invalid = 0,
    change_cipher_spec = 20,
    alert = 21,
    handshake = 22,
    application_data = 23,
};

inline constexpr std::size_t record_header_bytes = 5;
inline constexpr std::size_t record_tag_bytes = 16;  // of every suite that TLS 1.3 has
// Section 5.1: of text; section 5.2: with type, padding and tag.
inline constexpr std::size_t record_text_bytes_max = std::size_t{1} << 14;
inline constexpr std::size_t protected_bytes_max = record_text_bytes_max + 256;
// Section 5.5: AES-GCM is safe for 2^24.5 records under one key.
inline constexpr std::uint64_t records_under_a_key_max = std::uint64_t{1} << 24;

// type, version, length.
std::array<std::uint8_t, record_header_bytes> record_header(content_type type, std::size_t bytes);

// The key and the nonces of one direction (section 5.3).
class record_keys {
public:
    record_keys();
    enum class direction : int { open = 0, seal = 1 };
    void change(const cipher_suite& suite, const short_bytes& traffic_secret, direction way);
    // Begins the next record: its nonce and its header as additional data.
    void begin_record(byte_view header);

    EVP_CIPHER_CTX* context() const { return context_.get(); }
    std::uint64_t records_count() const { return records_count_; }
    bool are_set() const { return are_set_; }

private:
    static constexpr std::size_t nonce_bytes = 12;  // of every suite that TLS 1.3 has

    cipher_context context_;
    std::array<std::uint8_t, nonce_bytes> base_{};
    std::uint64_t records_count_ = 0;
    bool are_set_ = false;
};

class record_sealer {
public:
    void change_key(const cipher_suite& suite, const short_bytes& traffic_secret) {
        keys_.change(suite, traffic_secret, record_keys::direction::seal);
    }
    bool has_key() const { return keys_.are_set(); }
    bool wants_another_key() const { return keys_.records_count() >= records_under_a_key_max; }
    // One record of at most record_text_bytes_max, with so many zeros behind it.
    void seal(content_type type, byte_view text, byte_string& into, std::size_t padding_bytes = 0);

private:
    record_keys keys_;
};

class record_opener {
public:
    void change_key(const cipher_suite& suite, const short_bytes& traffic_secret) {
        keys_.change(suite, traffic_secret, record_keys::direction::open);
    }
    bool has_key() const { return keys_.are_set(); }
    // Appends the text and says what it is; nothing is appended on failure.
    boost::system::result<content_type, failure> open(byte_view header, byte_view body,
                                                      byte_string& into);

private:
    record_keys keys_;
};

}  // namespace stormdrain::tls13
