#include "harness/load/engine/tls13_codec.hpp"

#include <chrono>

namespace stormdrain {

tls13::client_options tls13_options(const engine_plan& plan) {
    using tickets = tls13::client_hello_options::tickets;
    const tls_client_options& wished = plan.tls->options();
    tls13::client_options made;
    made.server.server_name = wished.server_name;
    made.server.trusted_certificate_path = wished.trusted_certificate_path;
    // As OpenSSL does it: whoever it is, he has the key of the certificate that he shows.
    made.server.proof = wished.verification == tls_verification::trusted_certificate
                            ? tls13::server_proof::trusted
                            : tls13::server_proof::signature;
    if (plan.tls_stack == tls_stack::own_unproven) {
        made.server.proof = tls13::server_proof::none;
        made.key_share = tls13::key_share_use::reused;
    }
    if (const std::string protocol = offered_protocol(plan); !protocol.empty()) {
        made.application_protocols.push_back(protocol);
    }
    made.tickets = plan.handshakes == handshake_kind::resumed ? tickets::wanted : tickets::unwanted;
    return made;
}

tls13_codec::tls13_codec(tls13::client& shared, const engine_plan& plan)
    : session_codec(plan), shared_(shared), resumes_(plan.handshakes == handshake_kind::resumed) {}

void tls13_codec::restart() {
    tls13::session_options wished;
    if (kept_) {
        const duration age = clock::now() - ticket_came_;
        if (age < std::chrono::seconds(kept_->lifetime_s)) {
            wished.offered = kept_;
            wished.offered_age = std::chrono::floor<std::chrono::milliseconds>(age);
        }
    }
    tickets_count_ = 0;
    begin(shared_, wished);
}

opened_bytes tls13_codec::open(std::string_view bytes) {
    const opened_bytes opened = session_codec::open(bytes);
    if (resumes_ && session()->tickets().size() > tickets_count_) {
        keep_ticket();
    }
    return opened;
}

void tls13_codec::keep_ticket() {
    tickets_count_ = session()->tickets().size();
    kept_ = session()->tickets().back();
    ticket_came_ = clock::now();
}

void tls13_codec::close() {
    if (session()) {
        session()->close();
    }
}

}  // namespace stormdrain
