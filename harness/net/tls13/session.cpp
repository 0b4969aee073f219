#include "harness/net/tls13/session.hpp"

#include "harness/net/tls13/failure_code.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace stormdrain::tls13 {
namespace {

// Section 5.1: the first ClientHello's record, for servers of before TLS 1.2.
constexpr std::uint8_t first_record_minor_version = 1;

client_hello hello_of(client& shared, const session_options& options, const key_pair& key) {
    client_hello_options wished = shared.hello_options();
    wished.key_share = key.public_key;
    wished.offered = options.offered;
    wished.offered_age = options.offered_age;
    require_openssl(::RAND_bytes(wished.random.data(), static_cast<int>(wished.random.size())) == 1,
                    "draw random bytes");
    return make_client_hello(wished);
}

handshake begun(client& shared, const session_options& options) {
    key_pair key = shared.key_share();
    client_hello hello = hello_of(shared, options, key);
    return handshake({shared.all(), shared.check()}, std::move(hello), std::move(key));
}

bool is_of_handshake(handshake::step at) {
    return at != handshake::step::connected;
}

}  // namespace

session::session(client& shared, session_options options)
    : client_(shared), handshake_(begun(shared, options)), plaintext_(shared.text()) {
    begin(options);
}

session::session(client& shared, client_hello hello, key_pair key)
    : client_(shared),
      handshake_({shared.all(), shared.check()}, std::move(hello), std::move(key)),
      plaintext_(shared.text()) {
    begin({});
}

void session::begin(const session_options& options) {
    cut_ = options.cut;
    record_bytes_ = std::clamp<std::size_t>(options.record_bytes, 1, record_text_bytes_max);
    padding_bytes_ = std::min(options.padding_bytes, record_text_bytes_max - record_bytes_);
    put_flight(flight::client_hello, handshake_.hello().message);
}

bool session::takes() const {
    return state_ == tls_codec_state::handshaking || state_ == tls_codec_state::open;
}

bool session::may_speak() const {
    return !said_goodbye_ && (state_ == tls_codec_state::open || state_ == tls_codec_state::ended);
}

void session::feed(std::string_view received) {
    plaintext_.clear();
    if (!takes()) {
        return;
    }
    records_.feed(as_bytes(received));
    while (takes()) {
        const auto next = records_.next();
        if (!next) {
            fail(next.error());
            return;
        }
        if (!*next) {
            break;
        }
        take(**next);
    }
    if (owes_key_update_) {
        // However often the server asked meanwhile (section 4.6.3).
        update_keys(key_update_request::not_requested);
        owes_key_update_ = false;
    }
}

void session::take(const record& received) {
    failure why = failure::none;
    if (received.type == content_type::change_cipher_spec) {
        why = take_change_cipher_spec(received.body);
    } else if (opener_.has_key()) {
        why = take_protected(received);
    } else {
        why = take_in_clear(received);
    }
    if (why != failure::none) {
        fail(why);
    }
}

// Section 5: to be dropped until the server's Finished.
failure session::take_change_cipher_spec(byte_view body) {
    if (!is_of_handshake(handshake_.at())) {
        return failure::unexpected_message;
    }
    if (body.size() != 1 || body.front() != 1) {
        return failure::malformed_change_cipher_spec;
    }
    ++change_cipher_specs_count_;
    return change_cipher_specs_count_ > change_cipher_specs_max
               ? failure::too_many_change_cipher_specs
               : failure::none;
}

failure session::take_in_clear(const record& received) {
    return received.type == content_type::application_data
               ? failure::unexpected_message
               : take_content(received.type, received.body);
}

failure session::take_protected(const record& received) {
    if (received.type != content_type::application_data) {
        return failure::unprotected_record;
    }
    const std::size_t before = plaintext_.size();
    const auto type = opener_.open(received.header, received.body, plaintext_);
    if (!type) {
        return type.error();
    }
    if (*type == content_type::application_data) {
        if (messages_.is_amid_message()) {
            return failure::interleaved_message;
        }
        return is_of_handshake(handshake_.at()) ? failure::unexpected_message : failure::none;
    }
    const failure why = take_content(*type, byte_view(plaintext_).subspan(before));
    plaintext_.resize(before);
    return why;
}

failure session::take_content(content_type type, byte_view content) {
    if (type == content_type::handshake) {
        return take_messages(content);
    }
    if (messages_.is_amid_message()) {
        return failure::interleaved_message;
    }
    return type == content_type::alert ? take_alert(content) : failure::unexpected_message;
}

failure session::take_messages(byte_view fragment) {
    if (fragment.empty()) {
        return failure::empty_handshake_record;
    }
    messages_.feed(fragment);
    while (takes()) {
        const auto next = messages_.next();
        if (!next) {
            return next.error();
        }
        if (!*next) {
            break;
        }
        const failure why = take_message(**next);
        if (why != failure::none) {
            return why;
        }
    }
    return failure::none;
}

failure session::take_message(const handshake_message& message) {
    const handshake::step before = handshake_.at();
    if (is_of_handshake(before)) {
        const failure why = handshake_.take(message);
        return why == failure::none ? change_keys_behind(before) : why;
    }
    switch (message.type) {
        case message_type::new_session_ticket:
            return take_ticket(message);
        case message_type::key_update:
            return take_key_update(message);
        default:
            return failure::unexpected_message;  // we did not offer post_handshake_auth
    }
}

void session::tell(const secret_labels& labels, const traffic_secrets& secrets) const {
    key_log* const told = client_.options().secrets;
    if (told == nullptr) {
        return;
    }
    // Behind the message's header and its legacy_version (section 4.1.2).
    constexpr std::size_t random_at = 4 + 2;
    const byte_view random = byte_view(handshake_.hello().message).subspan(random_at, random_bytes);
    told->add(labels.client, random, secrets.client.view());
    told->add(labels.server, random, secrets.server.view());
}

failure session::change_keys_behind(handshake::step before) {
    const bool is_hello = before == handshake::step::wait_server_hello;
    const bool is_finished = handshake_.at() == handshake::step::connected;
    if (!is_hello && !is_finished) {
        return failure::none;
    }
    if (messages_.is_amid_message()) {
        return failure::message_across_keys;  // section 5.1
    }
    const cipher_suite& suite = handshake_.suite();
    if (is_hello) {
        tell({"CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET"},
             handshake_.handshake_secrets());
        opener_.change_key(suite, handshake_.handshake_secrets().server);
        sealer_.change_key(suite, handshake_.handshake_secrets().client);
        return failure::none;
    }
    put_flight(flight::second, handshake_.second_flight());
    if (state_ == tls_codec_state::stopped) {
        return failure::none;  // what may still be said, an alert, goes under the handshake's keys
    }
    secrets_ = handshake_.application_secrets();
    tell({"CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0"}, secrets_);
    opener_.change_key(suite, secrets_.server);
    sealer_.change_key(suite, secrets_.client);
    state_ = tls_codec_state::open;
    return failure::none;
}

failure session::take_ticket(const handshake_message& message) {
    const auto said = read_new_session_ticket(message.body);
    if (!said) {
        return said.error();
    }
    const bool is_wanted = client_.options().tickets == client_hello_options::tickets::wanted;
    // Section 4.6.1: without a lifetime it is to be discarded at once.
    if (is_wanted && said->lifetime_s != 0 && tickets_.size() < tickets_max) {
        tickets_.push_back(std::make_shared<const session_ticket>(handshake_.ticket_of(*said)));
    }
    return failure::none;
}

failure session::take_key_update(const handshake_message& message) {
    const auto said = read_key_update(message.body);
    if (!said) {
        return said.error();
    }
    if (messages_.is_amid_message()) {
        return failure::message_across_keys;
    }
    const cipher_suite& suite = handshake_.suite();
    secrets_.server = next_secret(*suite.hash, secrets_.server);
    opener_.change_key(suite, secrets_.server);
    owes_key_update_ = owes_key_update_ || *said == key_update_request::requested;
    return failure::none;
}

failure session::take_alert(byte_view body) {
    const auto said = read_alert(body);
    if (!said) {
        return said.error();
    }
    if (said->description == alert::user_canceled) {
        return failure::none;  // section 6.1: close_notify follows
    }
    if (said->description == alert::close_notify && state_ == tls_codec_state::open) {
        state_ = tls_codec_state::ended;
        return failure::none;
    }
    received_alert_ = said->description;
    return failure::alert_received;
}

void session::fail(failure why) {
    why_ = why;
    if (why != failure::alert_received && !said_goodbye_) {
        abort(alert_for(why));
    }
    state_ = tls_codec_state::failed;
}

void session::seal(std::string_view text) {
    if (!may_speak()) {
        return;
    }
    if (sealer_.wants_another_key()) {
        update_keys(key_update_request::not_requested);
    }
    put(content_type::application_data, as_bytes(text));
}

void session::close() {
    // Behind a failure one of both has said the last word (section 6.2).
    if (takes() || state_ == tls_codec_state::ended) {
        abort(alert::close_notify);
    }
}

void session::abort(alert description) {
    if (said_goodbye_) {
        return;
    }
    constexpr std::uint8_t warning = 1;
    constexpr std::uint8_t fatal = 2;
    const bool is_friendly =
        description == alert::close_notify || description == alert::user_canceled;
    put(content_type::alert,
        std::array{is_friendly ? warning : fatal, static_cast<std::uint8_t>(description)});
    said_goodbye_ = true;
}

void session::update_keys(key_update_request of_server) {
    if (!may_speak()) {
        return;
    }
    wire_writer message;
    message.u8(static_cast<std::uint8_t>(message_type::key_update));
    message.vector(3, [&] { message.u8(static_cast<std::uint8_t>(of_server)); });
    put(content_type::handshake, message.take());
    const cipher_suite& suite = handshake_.suite();
    secrets_.client = next_secret(*suite.hash, secrets_.client);
    sealer_.change_key(suite, secrets_.client);
}

void session::send_garbage(std::size_t bytes) {
    constexpr std::uint8_t garbage = 0xff;
    const std::size_t body_bytes = std::min(bytes, record_text_bytes_max) + 1 + record_tag_bytes;
    append(output_, record_header(content_type::application_data, body_bytes));
    output_.resize(output_.size() + body_bytes, garbage);
}

void session::put(content_type type, byte_view bytes) {
    do {
        const byte_view part = bytes.first(std::min(bytes.size(), record_bytes_));
        bytes = bytes.subspan(part.size());
        if (sealer_.has_key()) {
            sealer_.seal(type, part, output_, padding_bytes_);
        } else {
            append(output_, record_header(type, part.size()));
            append(output_, part);
        }
    } while (!bytes.empty());
}

void session::put_flight(flight which, byte_view messages) {
    const bool is_cut = cut_ && cut_->of == which;
    if (is_cut) {
        state_ = tls_codec_state::stopped;
    }
    if (is_cut && cut_->bytes == 0) {
        return;  // no record is counted, so that the server can read an alert in its place
    }
    const std::size_t begin = output_.size();
    put(content_type::handshake, messages);
    if (which == flight::client_hello) {
        constexpr std::size_t minor_version_at = 2;
        output_[begin + minor_version_at] = first_record_minor_version;
    }
    if (is_cut) {
        output_.resize(std::min(output_.size(), begin + cut_->bytes));
    }
}

std::string_view session::output() const {
    return as_text(byte_view(output_).subspan(sent_bytes_));
}

void session::sent(std::size_t bytes) {
    sent_bytes_ = std::min(sent_bytes_ + bytes, output_.size());
    if (sent_bytes_ == output_.size()) {
        output_.clear();
        sent_bytes_ = 0;
    }
}

const cipher_suite* session::suite() const {
    return handshake_.at() == handshake::step::wait_server_hello ? nullptr : &handshake_.suite();
}

boost::system::error_code session::failure_code() const {
    return tls13::failure_code(why_, received_alert_);
}

}  // namespace stormdrain::tls13
