#include "harness/net/offline_handshake.hpp"

#include "harness/base/environment_error.hpp"

#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <vector>

namespace stormdrain {

void offline_handshake::deleter::operator()(SSL* tls) const {
    ::SSL_free(tls);
}

offline_handshake::offline_handshake(const tls_client& client, const std::string& protocol)
    : tls_(::SSL_new(client.context().native_handle())) {
    if (!tls_ || set_server_name(tls_.get(), client.options())) {
        throw environment_error("OpenSSL cannot begin a handshake");
    }
    BIO* const received = ::BIO_new(::BIO_s_mem());
    BIO* const sent = ::BIO_new(::BIO_s_mem());
    ::SSL_set_bio(tls_.get(), received, sent);  // owns both from here on
    if (received == nullptr || sent == nullptr) {
        throw environment_error("OpenSSL has no memory for a handshake");
    }
    const std::string offered = static_cast<char>(protocol.size()) + protocol;
    // 0 is success here, unlike everywhere else (SSL_set_alpn_protos(3)).
    if (!protocol.empty() &&
        ::SSL_set_alpn_protos(tls_.get(), reinterpret_cast<const unsigned char*>(offered.data()),
                              static_cast<unsigned int>(offered.size())) != 0) {
        throw environment_error("OpenSSL cannot offer " + protocol);
    }
    ::SSL_set_verify(tls_.get(), SSL_VERIFY_NONE, nullptr);
    ::SSL_set_connect_state(tls_.get());
    ::ERR_clear_error();
    ::SSL_do_handshake(tls_.get());  // wants the server's flight
    client_hello_ = output();
    if (client_hello_.empty()) {
        throw environment_error("OpenSSL does not make a ClientHello");
    }
}

offline_handshake::progress offline_handshake::take(std::string_view received) {
    ::ERR_clear_error();
    // A memory BIO takes all there is, or none for want of memory.
    if (::BIO_write(::SSL_get_rbio(tls_.get()), received.data(),
                    static_cast<int>(received.size())) <= 0) {
        failure_ = "no memory for what the server sent";
        return progress::failed;
    }
    const int result = ::SSL_do_handshake(tls_.get());
    const int why = ::SSL_get_error(tls_.get(), result);
    if (result != 1 && why != SSL_ERROR_WANT_READ) {
        const char* const reason = ::ERR_reason_error_string(::ERR_peek_last_error());
        failure_ = reason == nullptr ? "the handshake failed" : reason;
        return progress::failed;
    }
    if (::BIO_ctrl_pending(::SSL_get_wbio(tls_.get())) == 0) {
        return is_complete() ? progress::complete : progress::wants_more;
    }
    return ::SSL_get_state(tls_.get()) == TLS_ST_CW_CLNT_HELLO ? progress::wants_another_hello
                                                               : progress::has_server_flight;
}

std::string offline_handshake::output() {
    BIO* const sent = ::SSL_get_wbio(tls_.get());
    std::string bytes(::BIO_ctrl_pending(sent), '\0');
    const int taken = ::BIO_read(sent, bytes.data(), static_cast<int>(bytes.size()));
    bytes.resize(taken > 0 ? static_cast<std::size_t>(taken) : 0);
    return bytes;
}

bool offline_handshake::is_complete() const {
    return ::SSL_is_init_finished(tls_.get()) == 1;
}

std::string offline_handshake::seal(std::string_view text) {
    ::ERR_clear_error();
    // A memory BIO takes all of it at once.
    if (::SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())) <= 0) {
        throw environment_error("OpenSSL does not seal what the session is to carry");
    }
    return output();
}

}  // namespace stormdrain
