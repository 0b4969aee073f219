#include "harness/load/engine/openssl_codec.hpp"

#include <boost/asio/error.hpp>

namespace stormdrain {

namespace asio = boost::asio;

openssl_codec::openssl_codec(openssl_client& shared, const engine_plan& plan) : shared_(shared) {
    wish_.session = plan.handshakes == handshake_kind::resumed ? &kept_ : nullptr;
}

void openssl_codec::restart() {
    session_.emplace(shared_, wish_);
}

bool openssl_codec::is_open() const {
    const tls_codec_state state = session_->state();
    return (state == tls_codec_state::open || state == tls_codec_state::ended);
}

opened_bytes openssl_codec::open(std::string_view bytes) {
    session_->feed(bytes);
    opened_bytes opened{session_->plaintext(), {}};
    const tls_codec_state state = session_->state();
    if (state == tls_codec_state::failed) {
        opened.error = session_->failure_code();
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
