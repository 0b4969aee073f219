#include "harness/net/openssl_session.hpp"

#include "harness/net/openssl_pointers.hpp"

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace stormdrain {
namespace {

constexpr std::size_t record_text_bytes_max = std::size_t{16} * 1024;  // RFC 8446 section 5.1

// What the macros SSL_set_min_proto_version() and its twin do, without their C casts.
bool force_version(SSL* tls, int version) {
    return ::SSL_ctrl(tls, SSL_CTRL_SET_MIN_PROTO_VERSION, version, nullptr) == 1 &&
           ::SSL_ctrl(tls, SSL_CTRL_SET_MAX_PROTO_VERSION, version, nullptr) == 1;
}

bool wants(SSL* tls, tls_version version) {
    switch (version) {
        case tls_version::tls_1_2:
            return force_version(tls, TLS1_2_VERSION);
        case tls_version::tls_1_3:
            return force_version(tls, TLS1_3_VERSION);
        case tls_version::any:
            break;
    }
    return true;
}

// ALPN (RFC 7301); an empty name offers none.
bool offers(SSL* tls, const std::string& protocol) {
    const std::string listed = static_cast<char>(protocol.size()) + protocol;
    // 0 is success here, unlike everywhere else (SSL_set_alpn_protos(3)).
    return protocol.empty() ||
           ::SSL_set_alpn_protos(tls, reinterpret_cast<const unsigned char*>(listed.data()),
                                 static_cast<unsigned int>(listed.size())) == 0;
}

}  // namespace

void openssl_client::deleter::operator()(BIO_METHOD* method) const {
    ::BIO_meth_free(method);
}

openssl_client::openssl_client(const tls_client& client)
    : client_(client),
      // Without an index of its own: a process has 127 of them, and nobody looks for this one.
      over_memory_(::BIO_meth_new(BIO_TYPE_SOURCE_SINK, "memory of the caller")),
      text_(record_text_bytes_max) {
    require_openssl(
        over_memory_ &&
            ::BIO_meth_set_read(over_memory_.get(), openssl_session::read_memory) == 1 &&
            ::BIO_meth_set_write(over_memory_.get(), openssl_session::write_memory) == 1 &&
            ::BIO_meth_set_ctrl(over_memory_.get(), openssl_session::control) == 1,
        "read and write memory");
}

openssl_client::~openssl_client() = default;

void openssl_session::deleter::operator()(SSL* tls) const {
    ::SSL_free(tls);
}

openssl_session::openssl_session(openssl_client& shared, tls_handshake_wish wish)
    : shared_(shared), wish_(wish), tls_(::SSL_new(shared.client_.context().native_handle())) {
    require_openssl(tls_ && !set_server_name(tls_.get(), shared.client_.options()) &&
                        wants(tls_.get(), wish_.version) && offers(tls_.get(), wish_.protocol),
                    "begin a handshake");
    if (wish_.session != nullptr) {
        wish_.session->offer_to(tls_.get());  // if there is none yet, the handshake is a full one
    } else {
        ::SSL_set_options(tls_.get(), SSL_OP_NO_TICKET);  // TLS 1.2: a ticket that nobody uses
    }
    connect_memory();
    ::SSL_set_connect_state(tls_.get());
    shake_hands();
}

openssl_session::~openssl_session() = default;

void openssl_session::connect_memory() {
    BIO* const memory = ::BIO_new(shared_.over_memory_.get());
    require_openssl(memory != nullptr, "read and write memory");
    ::BIO_set_data(memory, this);
    ::BIO_set_init(memory, 1);
    ::SSL_set_bio(tls_.get(), memory, memory);  // owns it from here on
    // All that was fed at once, not the header of a record and then its body.
    ::SSL_set_read_ahead(tls_.get(), 1);
}

int openssl_session::read_memory(BIO* bio, char* into, int bytes) {
    auto& session = *static_cast<openssl_session*>(::BIO_get_data(bio));
    ::BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    if (session.received_.empty()) {
        ::BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
        return -1;
    }
    const std::size_t taken =
        std::min(session.received_.size(), static_cast<std::size_t>(std::max(bytes, 0)));
    std::memcpy(into, session.received_.data(), taken);
    session.received_.remove_prefix(taken);
    return static_cast<int>(taken);
}

int openssl_session::write_memory(BIO* bio, const char* from, int bytes) {
    auto& session = *static_cast<openssl_session*>(::BIO_get_data(bio));
    ::BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
    session.output_.append(from, static_cast<std::size_t>(std::max(bytes, 0)));
    return bytes;
}

long openssl_session::control(BIO*, int command, long, void*) {
    return command == BIO_CTRL_FLUSH ? 1 : 0;  // all of it is where it shall be at once
}

void openssl_session::shake_hands() {
    ::ERR_clear_error();
    const int result = ::SSL_do_handshake(tls_.get());
    if (result == 1) {
        state_ = tls_codec_state::open;
    } else if (::SSL_get_error(tls_.get(), result) != SSL_ERROR_WANT_READ) {
        fail("the handshake failed");
    }
}

void openssl_session::feed(std::string_view received) {
    text_bytes_ = 0;
    if (state_ != tls_codec_state::handshaking && state_ != tls_codec_state::open) {
        return;
    }
    received_ = received;
    if (state_ == tls_codec_state::handshaking) {
        shake_hands();
    }
    if (state_ == tls_codec_state::open) {
        read_text();
    }
    received_ = {};
}

void openssl_session::read_text() {
    ::ERR_clear_error();
    while (true) {
        std::vector<char>& text = shared_.text_;
        if (text.size() - text_bytes_ < record_text_bytes_max) {
            text.resize(text_bytes_ + record_text_bytes_max);
        }
        const int result = ::SSL_read(tls_.get(), text.data() + text_bytes_, record_text_bytes_max);
        if (result > 0) {
            text_bytes_ += static_cast<std::size_t>(result);
            continue;
        }
        switch (::SSL_get_error(tls_.get(), result)) {
            case SSL_ERROR_WANT_READ:
                return;
            case SSL_ERROR_ZERO_RETURN:
                state_ = tls_codec_state::ended;
                return;
            default:
                fail("the session failed");
                return;
        }
    }
}

void openssl_session::fail(const char* otherwise) {
    const unsigned long code = ::ERR_peek_last_error();
    const char* const reason = ::ERR_reason_error_string(code);
    failure_ = reason == nullptr ? otherwise : reason;
    failure_code_ = {static_cast<int>(code), boost::asio::error::get_ssl_category()};
    if (code == 0) {
        failure_code_ = boost::asio::ssl::error::unexpected_result;
    }
    state_ = tls_codec_state::failed;
    ::ERR_clear_error();
}

void openssl_session::seal(std::string_view text) {
    const bool is_open = state_ == tls_codec_state::open || state_ == tls_codec_state::ended;
    if (!is_open || text.empty() || (::SSL_get_shutdown(tls_.get()) & SSL_SENT_SHUTDOWN) != 0) {
        return;
    }
    ::ERR_clear_error();
    std::size_t written = 0;  // all of it: memory takes what it is given
    if (::SSL_write_ex(tls_.get(), text.data(), text.size(), &written) != 1) {
        fail("the session does not take what it is to carry");
    }
}

void openssl_session::close() {
    if (state_ != tls_codec_state::open && state_ != tls_codec_state::ended) {
        return;
    }
    if (wish_.session != nullptr) {
        wish_.session->take_from(tls_.get());
    }
    ::ERR_clear_error();
    ::SSL_shutdown(tls_.get());  // whether the server's is still missing does not matter
    ::ERR_clear_error();
}

std::string_view openssl_session::output() const {
    return std::string_view(output_).substr(sent_bytes_);
}

void openssl_session::sent(std::size_t bytes) {
    sent_bytes_ = std::min(sent_bytes_ + bytes, output_.size());
    if (sent_bytes_ == output_.size()) {
        output_.clear();
        sent_bytes_ = 0;
    }
}

bool openssl_session::is_resumed() const {
    return ::SSL_session_reused(tls_.get()) == 1;
}

std::string_view openssl_session::application_protocol() const {
    const unsigned char* name = nullptr;
    unsigned int bytes = 0;
    ::SSL_get0_alpn_selected(tls_.get(), &name, &bytes);
    return {reinterpret_cast<const char*>(name), bytes};
}

}  // namespace stormdrain
