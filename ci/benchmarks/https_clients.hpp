#pragma once
// Programs that load an HTTPS server, each with the words that make it do the same work, and what
// they print of it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain::benchmarks {

enum class https_load { handshakes, keep_alive };

enum class https_client {
    wrk,
    stormdrain,        // the load engine around openssl_session
    stormdrain_own,    // the load engine around tls13::session
    openssl_session,   // ours on OpenSSL
    own_session,       // ours on OpenSSL's primitives
    unproven_session,  // the same, with one key share for all and no signature checked
};

std::string name_of(https_client which);

struct https_work {
    https_load load = https_load::handshakes;
    std::string port;
    unsigned connections_count = 1;
    unsigned requests_count = 1;  // wrk's second makes as many as it can
};

// Without a shell. `bin_folder`: where ours are.
std::vector<std::string> argv_of(https_client which, const std::string& bin_folder,
                                 const https_work& work);

// How many requests were answered; empty when it says that any was not, or that a session was
// resumed: a resumed handshake costs half of a full one.
std::optional<std::uint64_t> answers_in(https_client which, const std::string& output);

}  // namespace stormdrain::benchmarks
