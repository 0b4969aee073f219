#pragma once
// TLS between a client of the engine and the wire: OpenSSL's session without I/O.

#include "harness/load/engine/session_codec.hpp"
#include "harness/net/openssl_session.hpp"
#include "harness/net/tls_session.hpp"

namespace stormdrain {

class openssl_codec : public session_codec<openssl_session> {
public:
    // Both outlive the codec.
    openssl_codec(openssl_client& shared, const engine_plan& plan);

    void restart() { begin(shared_, wish_); }
    void close();

private:
    openssl_client& shared_;
    tls_session kept_;  // of the connection before, where the plan resumes it
    tls_handshake_wish wish_;
};

static_assert(byte_codec<openssl_codec>);

}  // namespace stormdrain
