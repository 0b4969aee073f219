#include "harness/net/tls13/key_schedule.hpp"

#include <array>

namespace stormdrain::tls13 {

short_bytes hkdf_extract(hash_algorithm& hash, byte_view salt, byte_view input) {
    return hash.hmac(salt, input);
}

short_bytes hkdf_expand_label(hash_algorithm& hash, byte_view secret, const expansion& what) {
    wire_writer label;
    label.u16(static_cast<std::uint16_t>(what.bytes));
    label.vector(1, [&] {
        label.bytes(as_bytes("tls13 "));
        label.bytes(as_bytes(what.label));
    });
    label.vector8(what.context);
    label.u8(1);  // RFC 5869 section 2.3: the number of the round
    const short_bytes whole = hash.hmac(secret, label.take());
    return short_bytes(whole.view().first(what.bytes));
}

key_schedule::key_schedule(hash_algorithm& hash, byte_view pre_shared_key)
    : hash_(hash), secret_(short_bytes::zeros(hash.bytes())) {
    const short_bytes zeros = short_bytes::zeros(hash.bytes());
    secret_ =
        hkdf_extract(hash_, zeros.view(), pre_shared_key.empty() ? zeros.view() : pre_shared_key);
}

short_bytes key_schedule::derive(std::string_view label, const short_bytes& transcript_hash) const {
    return hkdf_expand_label(hash_, secret_.view(), {label, transcript_hash.view(), hash_.bytes()});
}

void key_schedule::advance(byte_view input) {
    const short_bytes salt = derive("derived", hash_.hash({}));
    secret_ = hkdf_extract(hash_, salt.view(), input);
}

traffic_secrets key_schedule::handshake(byte_view shared_secret,
                                        const short_bytes& transcript_hash) {
    advance(shared_secret);
    return {derive("c hs traffic", transcript_hash), derive("s hs traffic", transcript_hash)};
}

traffic_secrets key_schedule::application(const short_bytes& transcript_hash) {
    advance(short_bytes::zeros(hash_.bytes()).view());
    return {derive("c ap traffic", transcript_hash), derive("s ap traffic", transcript_hash)};
}

short_bytes key_schedule::resumption(const short_bytes& transcript_hash) const {
    return derive("res master", transcript_hash);
}

short_bytes binder(hash_algorithm& hash, byte_view pre_shared_key,
                   const short_bytes& transcript_hash) {
    const short_bytes zeros = short_bytes::zeros(hash.bytes());
    const short_bytes early = hkdf_extract(hash, zeros.view(), pre_shared_key);
    const short_bytes of_nothing = hash.hash({});
    const short_bytes key =
        hkdf_expand_label(hash, early.view(), {"res binder", of_nothing.view(), hash.bytes()});
    return finished(hash, key, transcript_hash);
}

short_bytes finished(hash_algorithm& hash, const short_bytes& traffic_secret,
                     const short_bytes& transcript_hash) {
    const short_bytes key =
        hkdf_expand_label(hash, traffic_secret.view(), {"finished", {}, hash.bytes()});
    return hash.hmac(key.view(), transcript_hash.view());
}

short_bytes next_secret(hash_algorithm& hash, const short_bytes& traffic_secret) {
    return hkdf_expand_label(hash, traffic_secret.view(), {"traffic upd", {}, hash.bytes()});
}

short_bytes ticket_key(hash_algorithm& hash, const short_bytes& resumption_secret,
                       byte_view nonce) {
    return hkdf_expand_label(hash, resumption_secret.view(), {"resumption", nonce, hash.bytes()});
}

}  // namespace stormdrain::tls13
