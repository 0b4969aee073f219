#pragma once
// A codec's talk with OpenSSL's server in memory. For tests only.

#include "harness/load/engine/byte_codec.hpp"
#include "harness/net/tls13/openssl_server.hpp"
#include "harness/net/tls_client.hpp"

#include <string>

namespace stormdrain {

inline tls_client_options unverified() {
    tls_client_options options;
    options.verification = tls_verification::none;
    return options;
}

template <byte_codec Codec>
std::string take_output(Codec& codec) {
    std::string bytes(codec.output());
    codec.sent(bytes.size());
    return bytes;
}

// To and fro until nobody has anything to say; what the client met.
template <byte_codec Codec>
boost::system::error_code converse(Codec& codec, tls13::openssl_server& server) {
    boost::system::error_code met;
    std::string bytes = take_output(codec);
    while (!bytes.empty()) {
        const opened_bytes opened = codec.open(server.answer(bytes));
        met = met ? met : opened.error;
        bytes = take_output(codec);
    }
    return met;
}

}  // namespace stormdrain
