#pragma once
// The ClientHello (RFC 8446 section 4.1.2) as bytes: one group, the suites there are, and no more
// extensions than a server needs.

#include "harness/net/tls13/algorithms.hpp"
#include "harness/net/tls13/session_ticket.hpp"
#include "harness/net/tls13/wire.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace stormdrain::tls13 {

inline constexpr std::size_t random_bytes = 32;
inline constexpr std::uint16_t version_1_2 = 0x0303;  // what every hello calls itself
inline constexpr std::uint16_t version_1_3 = 0x0304;

// HandshakeType (section 4), those of TLS 1.3.
enum class message_type : std::uint8_t {
    client_hello = 1,
    server_hello = 2,
    new_session_ticket = 4,
    encrypted_extensions = 8,
    certificate = 11,
    certificate_request = 13,
    certificate_verify = 15,
    finished = 20,
    key_update = 24,
};

// ExtensionType (section 4.2), those that this client knows.
enum class extension : std::uint16_t {
    server_name = 0,
    supported_groups = 10,
    signature_algorithms = 13,
    application_protocols = 16,
    pre_shared_key = 41,
    supported_versions = 43,
    psk_key_exchange_modes = 45,
    key_share = 51,
};

struct client_hello_options {
    std::array<std::uint8_t, random_bytes> random{};
    byte_view key_share;
    std::vector<const cipher_suite*> suites;
    std::string server_name;  // empty, or an address (RFC 6066 section 3): not sent
    std::vector<std::string> application_protocols;
    // Whether the server is to give tickets: it does not unless it knows how they will be used.
    enum class tickets { unwanted, wanted };
    tickets tickets_wish = tickets::unwanted;
    // Null: a full handshake.
    shared_ticket offered;
    std::chrono::milliseconds offered_age{0};  // since it came
};

struct client_hello {
    byte_string message;  // with the handshake header, without a record's
    std::vector<extension> extensions;
    std::vector<std::uint16_t> suites;
    std::vector<std::string> application_protocols;
    shared_ticket offered;
};

client_hello make_client_hello(const client_hello_options& options);

}  // namespace stormdrain::tls13
