#include "harness/net/tls_client.hpp"

#include "harness/base/environment_error.hpp"

#include <boost/asio/ssl/verify_mode.hpp>
#include <openssl/ssl.h>

#include <utility>

namespace stormdrain {

namespace ssl = boost::asio::ssl;

tls_client::tls_client(tls_client_options options)
    : options_(std::move(options)), context_(ssl::context::tls_client) {
    // X25519 first: OpenSSL 3.0 derives a P-256 key three times slower, and the harness makes
    // thousands of handshakes.
    constexpr const char* groups = "X25519:P-256:P-384";
    if (SSL_CTX_set1_groups_list(context_.native_handle(), groups) != 1 ||
        SSL_CTX_set_min_proto_version(context_.native_handle(), TLS1_2_VERSION) != 1) {
        throw environment_error("OpenSSL offers neither X25519 nor TLS 1.2");
    }
    if (options_.verification == tls_verification::none) {
        context_.set_verify_mode(ssl::verify_none);
        return;
    }
    context_.set_verify_mode(ssl::verify_peer);
    boost::system::error_code error;
    context_.load_verify_file(options_.trusted_certificate_path, error);
    if (error) {
        throw environment_error("cannot read the certificate " + options_.trusted_certificate_path +
                                ": " + error.message());
    }
}

}  // namespace stormdrain
