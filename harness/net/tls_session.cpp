#include "harness/net/tls_session.hpp"

#include <openssl/ssl.h>

#include <utility>

namespace stormdrain {

void tls_session::deleter::operator()(ssl_session_st* session) const {
    ::SSL_SESSION_free(session);
}

void tls_session::take_from(SSL* connection) {
    std::unique_ptr<ssl_session_st, deleter> last(::SSL_get1_session(connection));
    if (last && ::SSL_SESSION_is_resumable(last.get()) == 1) {
        session_ = std::move(last);
    }
}

bool tls_session::offer_to(SSL* connection) const {
    return session_ && ::SSL_set_session(connection, session_.get()) == 1;
}

}  // namespace stormdrain
