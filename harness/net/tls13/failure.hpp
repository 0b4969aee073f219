#pragma once
// What can be wrong with what a server says, by name, and the alert that it is told with
// (RFC 8446 section 6.2).

#include <cstdint>
#include <string_view>

namespace stormdrain::tls13 {

enum class failure : std::uint8_t {
    none,
    // Of records (section 5).
    unknown_record_type,
    record_too_long,
    record_too_short,
    record_not_authentic,
    record_without_type,
    empty_handshake_record,
    interleaved_message,
    unprotected_record,
    too_many_change_cipher_specs,
    // Of messages (section 4).
    message_too_long,
    unexpected_message,
    message_across_keys,
    malformed_server_hello,
    malformed_encrypted_extensions,
    malformed_certificate_request,
    malformed_certificate,
    malformed_certificate_verify,
    malformed_finished,
    malformed_new_session_ticket,
    malformed_key_update,
    malformed_alert,
    malformed_change_cipher_spec,
    // Of what was negotiated.
    another_version,
    hello_retry_requested,
    session_id_not_echoed,
    cipher_suite_not_offered,
    compression_chosen,
    key_share_missing,
    key_share_not_offered,
    key_share_refused,
    pre_shared_key_not_offered,
    extension_not_offered,
    extension_twice,
    protocol_not_offered,
    // Of who the server is.
    certificate_missing,
    certificate_unreadable,
    certificate_not_trusted,
    signature_scheme_not_offered,
    signature_of_another_key,
    signature_wrong,
    finished_wrong,
    // It said so itself; see the alert.
    alert_received,
};

// "the server's certificate is not the one that is trusted"
std::string_view to_text(failure what);

// AlertDescription (section 6), those that this client sends or tells apart.
enum class alert : std::uint8_t {
    close_notify = 0,
    unexpected_message = 10,
    bad_record_mac = 20,
    record_overflow = 22,
    handshake_failure = 40,
    bad_certificate = 42,
    illegal_parameter = 47,
    decode_error = 50,
    decrypt_error = 51,
    protocol_version = 70,
    internal_error = 80,
    user_canceled = 90,
    unsupported_extension = 110,
};

// What the server is told; for the failure that it told us, nothing ought to be said.
alert alert_for(failure what);

}  // namespace stormdrain::tls13
