#include "harness/load/engine/openssl_codec.hpp"

#include <boost/asio/error.hpp>

namespace stormdrain {

namespace asio = boost::asio;

openssl_codec::openssl_codec(openssl_client& shared, const engine_plan& plan) : shared_(shared) {
    wish_.version = plan.tls_version_wanted;
    wish_.session = plan.handshakes == handshake_kind::resumed ? &kept_ : nullptr;
    wish_.protocol = plan.protocol == engine_protocol::http_2 ? "h2" : "";
}

void openssl_codec::restart() {
    speaks_otherwise_ = false;
    session_.emplace(shared_, wish_);
}

bool openssl_codec::is_open() const {
    const tls_codec_state state = session_->state();
    return (state == tls_codec_state::open || state == tls_codec_state::ended) &&
           !speaks_otherwise_;
}

opened_bytes openssl_codec::open(std::string_view bytes) {
    const bool was_shaking_hands = session_->state() == tls_codec_state::handshaking;
    session_->feed(bytes);
    opened_bytes opened{session_->plaintext(), {}};
    const tls_codec_state state = session_->state();
    if (state == tls_codec_state::failed) {
        opened.error = session_->failure_code();
    } else if (was_shaking_hands && state != tls_codec_state::handshaking &&
               !wish_.protocol.empty() && session_->application_protocol() != wish_.protocol) {
        speaks_otherwise_ = true;
        opened.error = asio::error::no_protocol_option;
    } else if (state == tls_codec_state::ended) {
        opened.error = asio::error::eof;
    }
    return opened;
}

void openssl_codec::close() {
    if (session_) {
        session_->close();
    }
}

}  // namespace stormdrain
