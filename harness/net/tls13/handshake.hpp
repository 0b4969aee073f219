#pragma once
// The client's handshake (RFC 8446 section 2 and appendix A.1) as a machine over whole messages: it
// takes the server's, judges them, and says which keys are in force and what is to be answered. It
// knows no records.

#include "harness/net/tls13/algorithms.hpp"
#include "harness/net/tls13/certificate_check.hpp"
#include "harness/net/tls13/client_hello.hpp"
#include "harness/net/tls13/failure.hpp"
#include "harness/net/tls13/handshake_reader.hpp"
#include "harness/net/tls13/key_exchange.hpp"
#include "harness/net/tls13/key_schedule.hpp"
#include "harness/net/tls13/server_messages.hpp"
#include "harness/net/tls13/session_ticket.hpp"

#include <memory>
#include <optional>
#include <string>

namespace stormdrain::tls13 {

class handshake {
public:
    // What the next message has to be. The names are those of appendix A.1.
    enum class step {
        wait_server_hello,
        wait_encrypted_extensions,
        wait_certificate_or_request,
        wait_certificate,
        wait_certificate_verify,
        wait_finished,
        connected,
    };

    struct parts {
        algorithms& all;
        certificate_check& check;
    };
    handshake(parts with, client_hello hello, key_pair key);

    const client_hello& hello() const { return hello_; }
    step at() const { return at_; }
    failure take(const handshake_message& message);

    // From the ServerHello on.
    const cipher_suite& suite() const { return *suite_; }
    const traffic_secrets& handshake_secrets() const { return handshake_secrets_; }
    bool is_resumed() const { return is_resumed_; }
    // Once connected: our second flight, to be sent under the handshake's keys, and the keys that
    // follow it.
    const byte_string& second_flight() const { return second_flight_; }
    const traffic_secrets& application_secrets() const { return application_secrets_; }
    const std::string& application_protocol() const { return application_protocol_; }
    // What the message gives to resume this session with.
    session_ticket ticket_of(const new_session_ticket& message) const;

private:
    failure take_server_hello(const handshake_message& message);
    failure take_encrypted_extensions(const handshake_message& message);
    failure take_certificate_request(const handshake_message& message);
    failure take_certificate(const handshake_message& message);
    failure take_certificate_verify(const handshake_message& message);
    failure take_finished(const handshake_message& message);
    void answer();

    algorithms& all_;
    certificate_check& check_;
    client_hello hello_;
    key_pair key_;
    step at_ = step::wait_server_hello;
    const cipher_suite* suite_ = nullptr;
    std::optional<transcript> transcript_;
    std::optional<key_schedule> schedule_;
    traffic_secrets handshake_secrets_;
    traffic_secrets application_secrets_;
    std::shared_ptr<signature_verifier> verifier_;
    std::string application_protocol_;
    byte_string second_flight_;
    bool is_resumed_ = false;
    bool certificate_is_requested_ = false;
};

}  // namespace stormdrain::tls13
