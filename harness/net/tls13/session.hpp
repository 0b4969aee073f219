#pragma once
// One TLS 1.3 session of a client (RFC 8446): the handshake, records and alerts over bytes that
// others carry. It can be told to misbehave at an exact byte, which OpenSSL's cannot.

#include "harness/net/tls13/client.hpp"
#include "harness/net/tls13/failure.hpp"
#include "harness/net/tls13/handshake.hpp"
#include "harness/net/tls13/handshake_reader.hpp"
#include "harness/net/tls13/record_protection.hpp"
#include "harness/net/tls13/record_reader.hpp"
#include "harness/net/tls13/session_ticket.hpp"
#include "harness/net/tls_codec.hpp"

#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain::tls13 {

enum class flight { client_hello, second };

// Of a flight only the first bytes are sent, and nothing any more after them. Zero bytes of the
// second one: it stops behind the server's flight.
struct flight_cut {
    flight of = flight::second;
    std::size_t bytes = 0;
};

struct session_options {
    shared_ticket offered;  // null: a full handshake
    std::chrono::milliseconds offered_age{0};
    std::optional<flight_cut> cut;
    // Of text in each record that is sent, the ClientHello's included: 1 to 16384.
    std::size_t record_bytes = record_text_bytes_max;
    std::size_t padding_bytes = 0;  // behind each protected record's text (section 5.4)
};

class session final : public tls_codec {
public:
    // The client outlives the session.
    explicit session(client& shared, session_options options = {});
    // With a ClientHello that somebody else made, and the key that it offers: for known traces.
    session(client& shared, client_hello hello, key_pair key);

    void feed(std::string_view received) override;
    std::string_view plaintext() const override { return as_text(plaintext_); }
    void seal(std::string_view text) override;
    void close() override;
    std::string_view output() const override;
    void sent(std::size_t bytes) override;
    tls_codec_state state() const override { return state_; }
    bool is_resumed() const override { return handshake_.is_resumed(); }
    std::string_view application_protocol() const override {
        return handshake_.application_protocol();
    }
    std::string failure_text() const override { return failure_code().message(); }
    boost::system::error_code failure_code() const override;

    failure why() const { return why_; }
    // Why it is failure::alert_received.
    std::optional<alert> received_alert() const { return received_alert_; }
    const cipher_suite* suite() const;
    // Those that came until now; at most tickets_max are kept.
    const std::vector<shared_ticket>& tickets() const { return tickets_; }
    static constexpr std::size_t tickets_max = 4;  // OpenSSL gives two, Go one

    // Asks the server for other keys, too (section 4.6.3).
    void update_keys(key_update_request of_server);
    // Ends the session with an alert of one's choice, under whatever keys are in force.
    void abort(alert description);
    // A record that looks right and does not open: so many bytes, and a tag, of 0xff.
    void send_garbage(std::size_t bytes);

private:
    void begin(const session_options& options);
    void take(const record& received);
    failure take_in_clear(const record& received);
    failure take_protected(const record& received);
    failure take_content(content_type type, byte_view content);
    failure take_change_cipher_spec(byte_view body);
    failure take_messages(byte_view fragment);
    failure take_message(const handshake_message& message);
    failure take_alert(byte_view body);
    failure take_key_update(const handshake_message& message);
    failure take_ticket(const handshake_message& message);
    failure change_keys_behind(handshake::step before);
    // By the names that they have in the SSLKEYLOGFILE format.
    struct secret_labels {
        std::string_view client;
        std::string_view server;
    };
    void tell(const secret_labels& labels, const traffic_secrets& secrets) const;
    void put(content_type type, byte_view bytes);
    void put_flight(flight which, byte_view messages);
    void fail(failure why);
    bool takes() const;
    bool may_speak() const;

    // A server sends one, for middleboxes; more is a server that never comes to the point.
    static constexpr int change_cipher_specs_max = 8;

    client& client_;
    handshake handshake_;
    record_reader records_;
    handshake_reader messages_;
    record_opener opener_;
    record_sealer sealer_;
    traffic_secrets secrets_;  // of the application, as of the last KeyUpdates
    byte_string& plaintext_;
    byte_string output_;
    std::size_t sent_bytes_ = 0;  // of the output
    std::optional<flight_cut> cut_;
    std::size_t record_bytes_ = record_text_bytes_max;
    std::size_t padding_bytes_ = 0;
    tls_codec_state state_ = tls_codec_state::handshaking;
    failure why_ = failure::none;
    std::optional<alert> received_alert_;
    std::vector<shared_ticket> tickets_;
    int change_cipher_specs_count_ = 0;
    bool said_goodbye_ = false;
    bool owes_key_update_ = false;
};

}  // namespace stormdrain::tls13
