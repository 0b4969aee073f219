#pragma once
// What many TLS 1.3 sessions of one client share: algorithms, the servers' certificates that were
// seen, and what is wished. One a thread: nothing in it is locked.

#include "harness/net/key_log.hpp"
#include "harness/net/tls13/algorithms.hpp"
#include "harness/net/tls13/certificate_check.hpp"
#include "harness/net/tls13/client_hello.hpp"
#include "harness/net/tls13/key_exchange.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stormdrain::tls13 {

enum class key_share_use {
    fresh,   // a key a handshake, as everybody does
    reused,  // one for all handshakes: the client computes least (RFC 8446 appendix C.4 permits it)
};

struct client_options {
    server_check_options server;  // its name is also the SNI
    std::vector<std::string> application_protocols;
    std::vector<std::uint16_t> suites;  // RFC 8446 appendix B.4; empty: all that there are
    key_share_use key_share = key_share_use::fresh;
    client_hello_options::tickets tickets = client_hello_options::tickets::unwanted;
    key_log* secrets = nullptr;  // of every connection, for captures; null: nobody is told
};

class client {
public:
    // Throws environment_error: a certificate that cannot be read, a suite that there is not.
    explicit client(client_options options);
    client(const client&) = delete;
    client& operator=(const client&) = delete;

    const client_options& options() const { return options_; }
    algorithms& all() { return all_; }
    certificate_check& check() { return check_; }
    // By the wish for it.
    key_pair key_share();
    // Where the session that was fed last puts what it opened: one for all, for ten thousand would
    // need a record's worth each.
    byte_string& text() { return text_; }
    // Without what is of one handshake: random, key share, ticket.
    client_hello_options hello_options() const;

private:
    client_options options_;
    algorithms all_;
    certificate_check check_;
    key_exchange keys_;
    key_pair reused_;
    std::vector<const cipher_suite*> suites_;
    byte_string text_;
};

}  // namespace stormdrain::tls13
