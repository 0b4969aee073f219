#pragma once
// What one client wants of its TLS handshakes: a version, and the session that it offers again.

#include <openssl/types.h>

#include <memory>
#include <string>

struct ssl_session_st;  // SSL_SESSION, which openssl/types.h lacks

namespace stormdrain {

enum class tls_version { any, tls_1_2, tls_1_3 };

// The last session of one client's connections, to be offered to the same server again. OpenSSL
// keeps none for clients: whoever wants to resume has to.
class tls_session {
public:
    // Takes what the connection ends with, if the server gave something to resume. In TLS 1.3 it
    // comes behind the handshake (RFC 8446 section 4.6.1), so that is to be asked at the close.
    void take_from(SSL* connection);
    // False: there is none yet, or OpenSSL refuses it; the handshake will be a full one.
    bool offer_to(SSL* connection) const;

private:
    struct deleter {
        void operator()(ssl_session_st* session) const;
    };
    std::unique_ptr<ssl_session_st, deleter> session_;
};

// How a connection shakes hands. A session outlives the connection.
struct tls_handshake_wish {
    tls_version version = tls_version::any;
    tls_session* session = nullptr;  // null: a full handshake
    // The one protocol that is offered (ALPN, RFC 7301), which a server has to agree to; empty:
    // none is.
    std::string protocol = {};
};

}  // namespace stormdrain
