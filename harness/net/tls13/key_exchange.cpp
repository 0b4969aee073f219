#include "harness/net/tls13/key_exchange.hpp"

namespace stormdrain::tls13 {
namespace {

constexpr const char* algorithm = "X25519";

key_pair pair_of(EVP_PKEY* key) {
    require_openssl(key != nullptr, "make an X25519 key");
    key_pair made{std::shared_ptr<EVP_PKEY>(key, ::EVP_PKEY_free), {}};
    std::size_t bytes = made.public_key.size();
    require_openssl(::EVP_PKEY_get_raw_public_key(key, made.public_key.data(), &bytes) == 1 &&
                        bytes == made.public_key.size(),
                    "read an X25519 key");
    return made;
}

}  // namespace

key_exchange::key_exchange()
    : generator_(::EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr)) {
    require_openssl(generator_ && ::EVP_PKEY_keygen_init(generator_.get()) == 1,
                    "make X25519 keys");
}

key_pair key_exchange::generate() {
    EVP_PKEY* key = nullptr;
    require_openssl(::EVP_PKEY_generate(generator_.get(), &key) == 1, "make an X25519 key");
    return pair_of(key);
}

key_pair key_exchange::of_private_key(byte_view private_key) {
    return pair_of(::EVP_PKEY_new_raw_private_key_ex(nullptr, algorithm, nullptr,
                                                     private_key.data(), private_key.size()));
}

std::optional<std::array<std::uint8_t, x25519_bytes>> key_exchange::agree(const key_pair& ours,
                                                                          byte_view theirs) {
    const key_pointer peer(::EVP_PKEY_new_raw_public_key_ex(nullptr, algorithm, nullptr,
                                                            theirs.data(), theirs.size()));
    if (!peer) {
        return std::nullopt;  // not 32 bytes
    }
    const key_context context(::EVP_PKEY_CTX_new_from_pkey(nullptr, ours.key.get(), nullptr));
    require_openssl(context && ::EVP_PKEY_derive_init(context.get()) == 1,
                    "derive an X25519 secret");
    std::array<std::uint8_t, x25519_bytes> secret{};
    std::size_t bytes = secret.size();
    // Every 32 bytes are a public key; whether they make a secret shows when it is derived.
    constexpr int without_validation = 0;
    if (::EVP_PKEY_derive_set_peer_ex(context.get(), peer.get(), without_validation) != 1 ||
        ::EVP_PKEY_derive(context.get(), secret.data(), &bytes) != 1) {
        return std::nullopt;
    }
    return secret;
}

}  // namespace stormdrain::tls13
