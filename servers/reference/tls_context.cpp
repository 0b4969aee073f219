#include "servers/reference/tls_context.hpp"

#include "servers/reference/startup_error.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace reference {
namespace {

[[noreturn]] void fail(const std::string& what) {
    const char* reason = ERR_reason_error_string(ERR_get_error());
    throw startup_error(what + ": " + (reason != nullptr ? reason : "unknown reason"));
}

// ALPN's lists: each name behind its length, the best first.
constexpr unsigned char spoken[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
constexpr unsigned char spoken_with_2[] = {2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// `argument`: null for HTTP/1.1 alone.
int select_protocol(SSL*, const unsigned char** selected, unsigned char* selected_bytes,
                    const unsigned char* offered, unsigned int offered_bytes, void* argument) {
    unsigned char* chosen = nullptr;
    const bool with_2 = argument != nullptr;
    const unsigned char* const ours = with_2 ? spoken_with_2 : spoken;
    const unsigned int our_bytes = with_2 ? sizeof spoken_with_2 : sizeof spoken;
    const int result =
        SSL_select_next_proto(&chosen, selected_bytes, ours, our_bytes, offered, offered_bytes);
    *selected = chosen;
    // RFC 7301 3.2: a client that speaks nothing we speak is told so.
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void set_up_both_sides(SSL_CTX& context) {
    SSL_CTX_set_min_proto_version(&context, TLS1_2_VERSION);
    SSL_CTX_set_options(&context, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(&context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                   SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_read_ahead(&context, 1);  // one recv a record instead of two
}

}  // namespace

void tls_context_deleter::operator()(SSL_CTX* context) const {
    SSL_CTX_free(context);
}

tls_context make_tls_context(const tls_files& files, offered_protocols offered) {
    tls_context context(SSL_CTX_new(TLS_server_method()));
    if (!context) {
        fail("cannot create a TLS context");
    }
    set_up_both_sides(*context);
    // A FIN without close_notify cannot truncate HTTP messages that carry their length.
    SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);  // tickets carry it
    SSL_CTX_set_alpn_select_cb(context.get(), select_protocol,
                               offered == offered_protocols::http_1_1 ? nullptr : context.get());
    if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate_path.c_str()) != 1) {
        fail("cannot use the certificate " + files.certificate_path);
    }
    if (SSL_CTX_use_PrivateKey_file(context.get(), files.key_path.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context.get()) != 1) {
        fail("cannot use the key " + files.key_path);
    }
    return context;
}

tls_context make_tls_client_context(const std::string& authority_path) {
    tls_context context(SSL_CTX_new(TLS_client_method()));
    if (!context) {
        fail("cannot create a TLS context");
    }
    set_up_both_sides(*context);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    // 0 is success here, unlike everywhere else (SSL_CTX_set_alpn_protos(3)).
    if (SSL_CTX_set_alpn_protos(context.get(), spoken, sizeof spoken) != 0) {
        fail("cannot offer HTTP/1.1");
    }
    if (SSL_CTX_load_verify_file(context.get(), authority_path.c_str()) != 1) {
        fail("cannot use the authority " + authority_path);
    }
    return context;
}

}  // namespace reference
