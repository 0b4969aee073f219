#pragma once
// What a server says in a handshake (RFC 8446 section 4), read strictly: every length is checked,
// and nothing may follow. What it means is for the handshake to judge.

#include "harness/net/tls13/client_hello.hpp"
#include "harness/net/tls13/failure.hpp"
#include "harness/net/tls13/wire.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::tls13 {

// All views are into the message's body.
template <class T>
using read_message = boost::system::result<T, failure>;

struct server_hello {
    std::uint16_t suite = 0;
    byte_view key_share;  // of X25519; empty: none was sent
    bool resumes = false;
};
// Refuses what does not answer `ours`: another version, group, suite or session.
read_message<server_hello> read_server_hello(byte_view body, const client_hello& ours);

struct encrypted_extensions {
    std::string application_protocol;  // empty: none was chosen
};
read_message<encrypted_extensions> read_encrypted_extensions(byte_view body,
                                                             const client_hello& ours);

// Nothing in it is of use to a client without certificates: it only has to be one.
failure check_certificate_request(byte_view body);

// The certificates in DER, the server's own first; there is at least that one.
read_message<std::vector<byte_view>> read_certificate(byte_view body);

struct certificate_verify {
    std::uint16_t scheme = 0;
    byte_view signature;
};
read_message<certificate_verify> read_certificate_verify(byte_view body);

struct new_session_ticket {
    std::uint32_t lifetime_s = 0;
    std::uint32_t age_offset_ms = 0;
    byte_view nonce;
    byte_view ticket;
};
read_message<new_session_ticket> read_new_session_ticket(byte_view body);

enum class key_update_request : std::uint8_t { not_requested = 0, requested = 1 };
read_message<key_update_request> read_key_update(byte_view body);

struct received_alert {
    alert description = alert::close_notify;
};
// Of a whole record. The level says nothing any more (section 6).
read_message<received_alert> read_alert(byte_view body);

}  // namespace stormdrain::tls13
