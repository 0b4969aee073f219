#include "harness/net/tls13/handshake.hpp"

#include <openssl/crypto.h>

#include <utility>

namespace stormdrain::tls13 {
namespace {

bool are_equal_in_constant_time(byte_view left, byte_view right) {
    return left.size() == right.size() &&
           ::CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace

handshake::handshake(parts with, client_hello hello, key_pair key)
    : all_(with.all), check_(with.check), hello_(std::move(hello)), key_(std::move(key)) {}

failure handshake::take(const handshake_message& message) {
    switch (at_) {
        case step::wait_server_hello:
            return message.type == message_type::server_hello ? take_server_hello(message)
                                                              : failure::unexpected_message;
        case step::wait_encrypted_extensions:
            return message.type == message_type::encrypted_extensions
                       ? take_encrypted_extensions(message)
                       : failure::unexpected_message;
        case step::wait_certificate_or_request:
            if (message.type == message_type::certificate_request) {
                return take_certificate_request(message);
            }
            [[fallthrough]];
        case step::wait_certificate:
            return message.type == message_type::certificate ? take_certificate(message)
                                                             : failure::unexpected_message;
        case step::wait_certificate_verify:
            return message.type == message_type::certificate_verify
                       ? take_certificate_verify(message)
                       : failure::unexpected_message;
        case step::wait_finished:
            return message.type == message_type::finished ? take_finished(message)
                                                          : failure::unexpected_message;
        case step::connected:
            break;
    }
    return failure::unexpected_message;
}

failure handshake::take_server_hello(const handshake_message& message) {
    const read_message<server_hello> said = read_server_hello(message.body, hello_);
    if (!said) {
        return said.error();
    }
    suite_ = all_.suite(said->suite);
    if (suite_ == nullptr) {
        return failure::cipher_suite_not_offered;
    }
    // Section 4.2.11: the hash that the key was made with.
    if (said->resumes && hello_.offered->suite->hash != suite_->hash) {
        return failure::pre_shared_key_not_offered;
    }
    is_resumed_ = said->resumes;
    const auto shared_secret = key_exchange::agree(key_, said->key_share);
    if (!shared_secret) {
        return failure::key_share_refused;
    }
    transcript_.emplace(*suite_->hash);
    transcript_->add(hello_.message);
    transcript_->add(message.whole);
    schedule_.emplace(*suite_->hash, is_resumed_ ? hello_.offered->key.view() : byte_view());
    handshake_secrets_ = schedule_->handshake(*shared_secret, transcript_->hash());
    at_ = step::wait_encrypted_extensions;
    return failure::none;
}

failure handshake::take_encrypted_extensions(const handshake_message& message) {
    const read_message<encrypted_extensions> said = read_encrypted_extensions(message.body, hello_);
    if (!said) {
        return said.error();
    }
    application_protocol_ = said->application_protocol;
    transcript_->add(message.whole);
    at_ = is_resumed_ ? step::wait_finished : step::wait_certificate_or_request;
    return failure::none;
}

failure handshake::take_certificate_request(const handshake_message& message) {
    const failure why = check_certificate_request(message.body);
    if (why == failure::none) {
        certificate_is_requested_ = true;
        transcript_->add(message.whole);
        at_ = step::wait_certificate;
    }
    return why;
}

failure handshake::take_certificate(const handshake_message& message) {
    const read_message<std::vector<byte_view>> chain = read_certificate(message.body);
    if (!chain) {
        return chain.error();
    }
    auto verifier = check_.accept(message.body, *chain);
    if (!verifier) {
        return verifier.error();
    }
    verifier_ = std::move(*verifier);
    transcript_->add(message.whole);
    at_ = step::wait_certificate_verify;
    return failure::none;
}

failure handshake::take_certificate_verify(const handshake_message& message) {
    const read_message<certificate_verify> said = read_certificate_verify(message.body);
    if (!said) {
        return said.error();
    }
    if (verifier_) {
        const byte_string content = content_of_certificate_verify(transcript_->hash());
        const failure why = verifier_->verify(all_, {said->scheme, content, said->signature});
        if (why != failure::none) {
            return why;
        }
    }
    transcript_->add(message.whole);
    at_ = step::wait_finished;
    return failure::none;
}

failure handshake::take_finished(const handshake_message& message) {
    hash_algorithm& hash = *suite_->hash;
    if (message.body.size() != hash.bytes()) {
        return failure::malformed_finished;
    }
    const short_bytes right = finished(hash, handshake_secrets_.server, transcript_->hash());
    if (!are_equal_in_constant_time(message.body, right.view())) {
        return failure::finished_wrong;
    }
    transcript_->add(message.whole);
    application_secrets_ = schedule_->application(transcript_->hash());
    answer();
    at_ = step::connected;
    return failure::none;
}

void handshake::answer() {
    wire_writer flight;
    if (certificate_is_requested_) {
        // Section 4.4.2: who has none says so, and the server decides.
        flight.u8(static_cast<std::uint8_t>(message_type::certificate));
        flight.vector(3, [&] {
            flight.vector8({});
            flight.vector(3, [] {});
        });
        second_flight_ = flight.take();
        transcript_->add(second_flight_);
    }
    const short_bytes verification =
        finished(*suite_->hash, handshake_secrets_.client, transcript_->hash());
    wire_writer last;
    last.u8(static_cast<std::uint8_t>(message_type::finished));
    last.vector(3, [&] { last.bytes(verification.view()); });
    const byte_string message = last.take();
    transcript_->add(message);
    append(second_flight_, message);
}

session_ticket handshake::ticket_of(const new_session_ticket& message) const {
    const short_bytes resumption = schedule_->resumption(transcript_->hash());
    session_ticket made;
    made.suite = suite_;
    made.key = ticket_key(*suite_->hash, resumption, message.nonce);
    made.ticket.assign(message.ticket.begin(), message.ticket.end());
    made.lifetime_s = message.lifetime_s;
    made.age_offset_ms = message.age_offset_ms;
    return made;
}

}  // namespace stormdrain::tls13
