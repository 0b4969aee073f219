#pragma once
// OpenSSL's server over bytes in memory, with a certificate of any kind. For tests only.

#include "harness/net/openssl_pointers.hpp"
#include "harness/net/tls_codec.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <string_view>

namespace stormdrain::tls13 {

enum class key_sort { ecdsa_p256, ecdsa_p384, rsa, ed25519 };

inline key_pointer make_key(key_sort sort) {
    constexpr std::size_t rsa_bits = 2048;
    switch (sort) {
        case key_sort::ecdsa_p256:
            return key_pointer(::EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
        case key_sort::ecdsa_p384:
            return key_pointer(::EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384"));
        case key_sort::rsa:
            return key_pointer(::EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", rsa_bits));
        case key_sort::ed25519:
            break;
    }
    return key_pointer(::EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
}

// Self-signed, for localhost.
inline certificate_pointer make_self_signed(EVP_PKEY* key) {
    certificate_pointer made(::X509_new());
    ::X509_set_version(made.get(), X509_VERSION_3);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(made.get()), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(made.get()), -60);
    ::X509_gmtime_adj(::X509_getm_notAfter(made.get()), 60 * 60);
    ::X509_set_pubkey(made.get(), key);
    X509_EXTENSION* const names =
        ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost");
    ::X509_add_ext(made.get(), names, -1);
    ::X509_EXTENSION_free(names);
    const bool hashes_itself = ::EVP_PKEY_is_a(key, "ED25519") == 1;
    ::X509_sign(made.get(), key, hashes_itself ? nullptr : ::EVP_sha256());
    return made;
}

inline void write_pem(X509* certificate, const std::string& path) {
    BIO* const file = ::BIO_new_file(path.c_str(), "w");
    ::PEM_write_bio_X509(file, certificate);
    ::BIO_free(file);
}

// The server's side of one connection, and what it shares with the next.
class openssl_server {
public:
    explicit openssl_server(key_sort sort = key_sort::ecdsa_p256)
        : key_(make_key(sort)),
          certificate_(make_self_signed(key_.get())),
          context_(::SSL_CTX_new(::TLS_server_method())) {
        ::SSL_CTX_use_certificate(context_.get(), certificate_.get());
        ::SSL_CTX_use_PrivateKey(context_.get(), key_.get());
        restart();
    }

    SSL_CTX* context() const { return context_.get(); }
    SSL* connection() const { return connection_.get(); }
    X509* certificate() const { return certificate_.get(); }

    // The next connection, with what the context was told meanwhile.
    void restart() {
        connection_.reset(::SSL_new(context_.get()));
        ::SSL_set_bio(connection_.get(), ::BIO_new(::BIO_s_mem()), ::BIO_new(::BIO_s_mem()));
        ::SSL_set_accept_state(connection_.get());
        text_.clear();
    }

    // What it answers to these bytes. Text is kept.
    std::string answer(std::string_view received) {
        ::BIO_write(::SSL_get_rbio(connection_.get()), received.data(),
                    static_cast<int>(received.size()));
        char buffer[4096];
        for (int count = 1; count > 0;) {
            count = ::SSL_read(connection_.get(), buffer, sizeof(buffer));
            text_.append(buffer, count > 0 ? static_cast<std::size_t>(count) : 0);
        }
        return output();
    }

    std::string say(std::string_view text) {
        ::SSL_write(connection_.get(), text.data(), static_cast<int>(text.size()));
        return output();
    }

    std::string output() {
        BIO* const sent = ::SSL_get_wbio(connection_.get());
        std::string bytes(::BIO_ctrl_pending(sent), '\0');
        ::BIO_read(sent, bytes.data(), static_cast<int>(bytes.size()));
        return bytes;
    }

    bool is_open() const { return ::SSL_is_init_finished(connection_.get()) == 1; }
    bool has_resumed() const { return ::SSL_session_reused(connection_.get()) == 1; }
    const std::string& text() const { return text_; }

private:
    key_pointer key_;
    certificate_pointer certificate_;
    std::unique_ptr<SSL_CTX, released_by<SSL_CTX_free>> context_;
    std::unique_ptr<SSL, released_by<SSL_free>> connection_;
    std::string text_;
};

inline std::string take_output(tls_codec& client) {
    std::string bytes(client.output());
    client.sent(bytes.size());
    return bytes;
}

// To and fro until nobody has anything to say.
inline void converse(tls_codec& client, openssl_server& server) {
    for (std::string to_server = take_output(client); !to_server.empty();
         to_server = take_output(client)) {
        client.feed(server.answer(to_server));
    }
}

}  // namespace stormdrain::tls13
