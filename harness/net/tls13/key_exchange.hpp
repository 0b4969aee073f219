#pragma once
// X25519 (RFC 7748), the only group that is offered: every server with TLS 1.3 has it, and OpenSSL
// 3.0 derives a P-256 secret three times slower.

#include "harness/net/openssl_pointers.hpp"
#include "harness/net/tls13/wire.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <optional>

namespace stormdrain::tls13 {

inline constexpr std::uint16_t x25519_group = 0x001d;  // RFC 8446 section 4.2.7
inline constexpr std::size_t x25519_bytes = 32;        // of a private key, a public one, a secret

struct key_pair {
    // Shared, so that a storm can use one pair for many handshakes.
    std::shared_ptr<EVP_PKEY> key;
    std::array<std::uint8_t, x25519_bytes> public_key{};
};

// One a thread: it makes all pairs with one context.
class key_exchange {
public:
    key_exchange();

    key_pair generate();
    // For traces whose keys are known.
    static key_pair of_private_key(byte_view private_key);
    // Nothing: the peer's key makes no secret, for being of small order (RFC 7748 section 6.1).
    static std::optional<std::array<std::uint8_t, x25519_bytes>> agree(const key_pair& ours,
                                                                       byte_view theirs);

private:
    key_context generator_;
};

}  // namespace stormdrain::tls13
