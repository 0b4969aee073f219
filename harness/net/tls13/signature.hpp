#pragma once
// How a server may sign (RFC 8446 section 4.2.3), and whether it did.

#include "harness/net/openssl_pointers.hpp"
#include "harness/net/tls13/algorithms.hpp"
#include "harness/net/tls13/failure.hpp"
#include "harness/net/tls13/wire.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace stormdrain::tls13 {

// All that are offered, those that only certificates may be signed with among them.
std::span<const std::uint16_t> offered_signature_schemes();

// The public key of a certificate. Keeps what it prepared, for the next handshake has the same one.
class signature_verifier {
public:
    explicit signature_verifier(key_pointer key);
    ~signature_verifier();
    signature_verifier(const signature_verifier&) = delete;
    signature_verifier& operator=(const signature_verifier&) = delete;

    struct signed_content {
        std::uint16_t scheme = 0;
        byte_view content;
        byte_view signature;
    };
    // failure::none: the signature is the key's, over this content.
    failure verify(algorithms& all, const signed_content& what);

private:
    struct prepared;
    prepared* prepare(algorithms& all, std::uint16_t scheme);

    key_pointer key_;
    std::vector<prepared> prepared_;  // one a scheme, of which a key has four at most
};

// What a server's CertificateVerify is over (section 4.4.3).
byte_string content_of_certificate_verify(const short_bytes& transcript_hash);

}  // namespace stormdrain::tls13
