#pragma once
// A side's certificates and how it does TLS, made once a process.

#include <openssl/types.h>

#include <memory>
#include <string>

namespace reference {

struct tls_context_deleter {
    void operator()(SSL_CTX* context) const;
};
using tls_context = std::unique_ptr<SSL_CTX, tls_context_deleter>;

struct tls_files {
    std::string certificate_path;  // PEM, leaf first
    std::string key_path;
};

enum class offered_protocols { http_1_1, http_2_and_1_1 };

// Throws startup_error when a file cannot be used.
tls_context make_tls_context(const tls_files& files, offered_protocols offered);

// A client's, which trusts whom the certificates in `authority_path` (PEM) vouch for, and nobody
// else. Throws startup_error as well.
tls_context make_tls_client_context(const std::string& authority_path);

}  // namespace reference
