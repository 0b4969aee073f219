#include "harness/net/tls13/failure.hpp"

#include <algorithm>
#include <array>

namespace stormdrain::tls13 {
namespace {

struct explained {
    failure what;
    alert told;
    std::string_view text;
};

constexpr std::array table = {
    explained{failure::none, alert::internal_error, "nothing failed"},
    explained{failure::unknown_record_type, alert::unexpected_message,
              "a record of a type that TLS 1.3 does not have"},
    explained{failure::record_too_long, alert::record_overflow,
              "a record longer than the protocol allows"},
    explained{failure::record_too_short, alert::decode_error,
              "a protected record too short to hold anything"},
    explained{failure::record_not_authentic, alert::bad_record_mac,
              "a record that the keys do not open"},
    explained{failure::record_without_type, alert::unexpected_message,
              "a protected record of nothing but padding"},
    explained{failure::empty_handshake_record, alert::unexpected_message,
              "a handshake record without a byte in it"},
    explained{failure::interleaved_message, alert::unexpected_message,
              "another record amid a handshake message"},
    explained{failure::unprotected_record, alert::unexpected_message,
              "a record in clear where it ought to be protected"},
    explained{failure::too_many_change_cipher_specs, alert::unexpected_message,
              "more change_cipher_spec records than anybody has a use for"},
    explained{failure::message_too_long, alert::illegal_parameter,
              "a handshake message longer than this client takes"},
    explained{failure::unexpected_message, alert::unexpected_message,
              "a message that does not belong there"},
    explained{failure::message_across_keys, alert::unexpected_message,
              "a handshake message on both sides of a change of keys"},
    explained{failure::malformed_server_hello, alert::decode_error, "a malformed ServerHello"},
    explained{failure::malformed_encrypted_extensions, alert::decode_error,
              "malformed EncryptedExtensions"},
    explained{failure::malformed_certificate_request, alert::decode_error,
              "a malformed CertificateRequest"},
    explained{failure::malformed_certificate, alert::decode_error,
              "a malformed Certificate message"},
    explained{failure::malformed_certificate_verify, alert::decode_error,
              "a malformed CertificateVerify"},
    explained{failure::malformed_finished, alert::decode_error, "a malformed Finished"},
    explained{failure::malformed_new_session_ticket, alert::decode_error,
              "a malformed NewSessionTicket"},
    explained{failure::malformed_key_update, alert::decode_error, "a malformed KeyUpdate"},
    explained{failure::malformed_alert, alert::decode_error, "a malformed alert"},
    explained{failure::malformed_change_cipher_spec, alert::unexpected_message,
              "a malformed change_cipher_spec"},
    explained{failure::another_version, alert::protocol_version,
              "the server does not choose TLS 1.3"},
    explained{failure::hello_retry_requested, alert::handshake_failure,
              "the server asks for another ClientHello, and X25519 is all that there is to offer"},
    explained{failure::session_id_not_echoed, alert::illegal_parameter,
              "the server does not echo the session id"},
    explained{failure::cipher_suite_not_offered, alert::illegal_parameter,
              "the server chooses a cipher suite that was not offered"},
    explained{failure::compression_chosen, alert::illegal_parameter,
              "the server chooses a compression"},
    explained{failure::key_share_missing, alert::handshake_failure,
              "the server sends no key share"},
    explained{failure::key_share_not_offered, alert::illegal_parameter,
              "the server's key share is of a group that was not offered"},
    explained{failure::key_share_refused, alert::illegal_parameter,
              "the server's key share makes no secret"},
    explained{failure::pre_shared_key_not_offered, alert::illegal_parameter,
              "the server resumes a session that was not offered"},
    explained{failure::extension_not_offered, alert::unsupported_extension,
              "the server answers an extension that was not offered"},
    explained{failure::extension_twice, alert::illegal_parameter,
              "the server sends an extension twice"},
    explained{failure::protocol_not_offered, alert::illegal_parameter,
              "the server chooses an application protocol that was not offered"},
    explained{failure::certificate_missing, alert::decode_error, "the server has no certificate"},
    explained{failure::certificate_unreadable, alert::bad_certificate,
              "the server's certificate cannot be read"},
    explained{failure::certificate_not_trusted, alert::bad_certificate,
              "the server's certificate is not trusted, or is another host's"},
    explained{failure::signature_scheme_not_offered, alert::illegal_parameter,
              "the server signs in a way that was not offered"},
    explained{failure::signature_of_another_key, alert::illegal_parameter,
              "the server signs in a way that does not fit its certificate"},
    explained{failure::signature_wrong, alert::decrypt_error,
              "the server's signature does not fit the handshake"},
    explained{failure::finished_wrong, alert::decrypt_error,
              "the server's Finished does not fit the handshake"},
    explained{failure::alert_received, alert::internal_error, "the server sent an alert"},
};

const explained& explanation_of(failure what) {
    return *std::ranges::find(table, what, &explained::what);
}

}  // namespace

std::string_view to_text(failure what) {
    return explanation_of(what).text;
}

alert alert_for(failure what) {
    return explanation_of(what).told;
}

}  // namespace stormdrain::tls13
