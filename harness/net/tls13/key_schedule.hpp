#pragma once
// The key schedule of TLS 1.3 (RFC 8446 section 7): from what both sides agreed on to the secrets
// of each stage, and from a secret to the keys of one direction.

#include "harness/net/tls13/algorithms.hpp"
#include "harness/net/tls13/wire.hpp"

#include <cstddef>
#include <string_view>

namespace stormdrain::tls13 {

// HKDF (RFC 5869) as section 7.1 uses it; `bytes` is at most the hash's length, which one round
// makes and TLS 1.3 never exceeds.
short_bytes hkdf_extract(hash_algorithm& hash, byte_view salt, byte_view input);
struct expansion {
    std::string_view label;  // without "tls13 "
    byte_view context;
    std::size_t bytes = 0;
};
short_bytes hkdf_expand_label(hash_algorithm& hash, byte_view secret, const expansion& what);

// Both directions of a stage.
struct traffic_secrets {
    short_bytes client;
    short_bytes server;
};

class key_schedule {
public:
    // `pre_shared_key`: of the session that is resumed; empty: none is.
    key_schedule(hash_algorithm& hash, byte_view pre_shared_key);

    // Of the handshake: from the secret that was agreed on, and the hash up to the ServerHello.
    traffic_secrets handshake(byte_view shared_secret, const short_bytes& transcript_hash);
    // Of the application: the hash up to the server's Finished.
    traffic_secrets application(const short_bytes& transcript_hash);
    // What tickets are made of: the hash up to the client's Finished.
    short_bytes resumption(const short_bytes& transcript_hash) const;

private:
    short_bytes derive(std::string_view label, const short_bytes& transcript_hash) const;
    void advance(byte_view input);

    hash_algorithm& hash_;
    short_bytes secret_;
};

// Proves knowledge of a pre-shared key (section 4.2.11.2): over the hash of the ClientHello up to
// the binders.
short_bytes binder(hash_algorithm& hash, byte_view pre_shared_key,
                   const short_bytes& transcript_hash);
// What a Finished carries (section 4.4.4).
short_bytes finished(hash_algorithm& hash, const short_bytes& traffic_secret,
                     const short_bytes& transcript_hash);
// The secret behind a KeyUpdate (section 7.2).
short_bytes next_secret(hash_algorithm& hash, const short_bytes& traffic_secret);
// The key of a ticket with this nonce (section 4.6.1).
short_bytes ticket_key(hash_algorithm& hash, const short_bytes& resumption_secret, byte_view nonce);

}  // namespace stormdrain::tls13
