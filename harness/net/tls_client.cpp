#include "harness/net/tls_client.hpp"

#include "harness/base/environment_error.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/verify_mode.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using boost::system::error_code;

namespace {

error_code last_tls_error() {
    return {static_cast<int>(::ERR_get_error()), asio::error::get_ssl_category()};
}

}  // namespace

tls_client::tls_client(tls_client_options options)
    : options_(std::move(options)), context_(ssl::context::tls_client) {
    // X25519 first: OpenSSL 3.0 derives a P-256 key three times slower, and the harness makes
    // thousands of handshakes.
    constexpr const char* groups = "X25519:P-256:P-384";
    // SHA-256 first, which processors compute and SHA-384 they do not; nginx, for one, takes the
    // first.
    constexpr const char* suites =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
    if (SSL_CTX_set1_groups_list(context_.native_handle(), groups) != 1 ||
        SSL_CTX_set_ciphersuites(context_.native_handle(), suites) != 1 ||
        SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_2_VERSION) != 1) {
        throw environment_error("OpenSSL lacks X25519, TLS 1.2 or a suite of TLS 1.3");
    }
    if (options_.verification == tls_verification::none) {
        context_.set_verify_mode(ssl::verify_none);
        // That mode verifies the chain all the same and then forgets what came of it.
        SSL_CTX_set_cert_verify_callback(
            context_.native_handle(), [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
        return;
    }
    context_.set_verify_mode(ssl::verify_peer);
    error_code error;
    context_.load_verify_file(options_.trusted_certificate_path, error);
    if (error) {
        throw environment_error("cannot read the certificate " + options_.trusted_certificate_path +
                                ": " + error.message());
    }
}

error_code set_server_name(SSL* tls, const tls_client_options& options) {
    const std::string& name = options.server_name;
    if (name.empty()) {
        return {};
    }
    error_code not_an_address;
    asio::ip::make_address(name, not_an_address);
    if (!not_an_address) {
        // RFC 6066 section 3: literal addresses are not permitted in SNI.
        X509_VERIFY_PARAM* const verified = ::SSL_get0_param(tls);
        const bool taken = ::X509_VERIFY_PARAM_set1_ip_asc(verified, name.c_str()) == 1;
        return taken ? error_code() : last_tls_error();
    }
    std::string sni = name;  // what the macro SSL_set_tlsext_host_name() does, without its C casts
    const bool taken =
        ::SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, sni.data()) == 1 &&
        ::SSL_set1_host(tls, name.c_str()) == 1;
    return taken ? error_code() : last_tls_error();
}

}  // namespace stormdrain
