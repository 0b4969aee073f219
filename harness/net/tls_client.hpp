#pragma once
// The client side of TLS: one context for a run, trusting the certificate that the harness made
// for the run, or nobody's when the target brings its own.

#include "harness/net/key_log.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/system/error_code.hpp>
#include <openssl/types.h>

#include <string>
#include <vector>

namespace stormdrain {

enum class tls_verification { trusted_certificate, none };

struct tls_client_options {
    std::string trusted_certificate_path = {};  // PEM
    tls_verification verification = tls_verification::trusted_certificate;
    std::string server_name = {};  // SNI and the name that is verified; empty: no SNI
};

class tls_client {
public:
    // Throws environment_error when the certificate cannot be read.
    explicit tls_client(tls_client_options options);

    boost::asio::ssl::context& context() const { return context_; }
    const tls_client_options& options() const { return options_; }
    // Of all connections from now on, into the log, which outlives them.
    void note_secrets(key_log& into) const { into.listen_to(context_.native_handle()); }

private:
    tls_client_options options_;
    mutable boost::asio::ssl::context context_;
};

// Says which server is meant: in the handshake (SNI) and to the verification.
boost::system::error_code set_server_name(SSL* tls, const tls_client_options& options);

// A self-signed P-256 certificate for the hosts, 127.0.0.1 and ::1, valid for ten days.
struct certificate_files {
    std::string certificate_path;
    std::string key_path;
};

// Writes <folder>/certificate.pem and <folder>/certificate.pem.key (mode 0600): by that name
// HAProxy finds the key of a certificate.
certificate_files make_certificate(const std::string& folder,
                                   const std::vector<std::string>& hosts = {"localhost"});

}  // namespace stormdrain
