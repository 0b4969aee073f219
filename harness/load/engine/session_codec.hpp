#pragma once
// What the engine's codecs of TLS have in common, whichever session it is that they drive: a new
// one for each connection, which has to agree to the plan's protocol.

#include "harness/load/engine/byte_codec.hpp"
#include "harness/load/engine/engine_plan.hpp"
#include "harness/net/tls_codec.hpp"

#include <boost/asio/error.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stormdrain {

// The one protocol that is offered (ALPN), which a server has to agree to; empty: none is.
inline std::string offered_protocol(const engine_plan& plan) {
    return plan.protocol == engine_protocol::http_2 ? "h2" : "";
}

template <std::derived_from<tls_codec> Session>
class session_codec {
public:
    static constexpr bool says_goodbye = true;

    session_codec(const session_codec&) = delete;
    session_codec& operator=(const session_codec&) = delete;

    bool is_open() const { return session_ && !speaks_otherwise_ && is_behind_handshake(); }
    bool is_resumed() const { return session_->is_resumed(); }
    void seal(std::string_view text) { session_->seal(text); }
    std::string_view output() const { return session_->output(); }
    void sent(std::size_t bytes) { session_->sent(bytes); }

    // The server's close_notify is asio::error::eof, as its FIN without TLS would be.
    opened_bytes open(std::string_view bytes) {
        const bool was_shaking_hands = session_->state() == tls_codec_state::handshaking;
        session_->feed(bytes);
        opened_bytes opened{session_->plaintext(), {}};
        if (session_->state() == tls_codec_state::failed) {
            opened.error = session_->failure_code();
        } else if (was_shaking_hands && is_behind_handshake() && !protocol_.empty() &&
                   session_->application_protocol() != protocol_) {
            speaks_otherwise_ = true;
            opened.error = boost::asio::error::no_protocol_option;
        } else if (session_->state() == tls_codec_state::ended) {
            opened.error = boost::asio::error::eof;
        }
        return opened;
    }

protected:
    explicit session_codec(const engine_plan& plan) : protocol_(offered_protocol(plan)) {}
    ~session_codec() = default;

    template <class... Parts>
    void begin(Parts&&... parts) {
        speaks_otherwise_ = false;
        session_.emplace(std::forward<Parts>(parts)...);
    }
    // Of the connection; none before the first.
    std::optional<Session>& session() { return session_; }

private:
    bool is_behind_handshake() const {
        const tls_codec_state state = session_->state();
        return state == tls_codec_state::open || state == tls_codec_state::ended;
    }

    const std::string protocol_;
    std::optional<Session> session_;
    bool speaks_otherwise_ = false;  // the server agreed to another protocol, or to none
};

}  // namespace stormdrain
