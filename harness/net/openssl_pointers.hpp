#pragma once
// Owners of what OpenSSL hands out, and what is said when it hands out nothing.

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

namespace stormdrain {

template <auto Release>
struct released_by {
    template <class T>
    void operator()(T* owned) const {
        Release(owned);
    }
};

using digest_pointer = std::unique_ptr<EVP_MD, released_by<EVP_MD_free>>;
using digest_context = std::unique_ptr<EVP_MD_CTX, released_by<EVP_MD_CTX_free>>;
using mac_context = std::unique_ptr<EVP_MAC_CTX, released_by<EVP_MAC_CTX_free>>;
using cipher_pointer = std::unique_ptr<EVP_CIPHER, released_by<EVP_CIPHER_free>>;
using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, released_by<EVP_CIPHER_CTX_free>>;
using key_pointer = std::unique_ptr<EVP_PKEY, released_by<EVP_PKEY_free>>;
using key_context = std::unique_ptr<EVP_PKEY_CTX, released_by<EVP_PKEY_CTX_free>>;
using certificate_pointer = std::unique_ptr<X509, released_by<X509_free>>;

// Throws environment_error, "OpenSSL cannot <what>", when it was not done.
void require_openssl(bool done, const char* what);

}  // namespace stormdrain
