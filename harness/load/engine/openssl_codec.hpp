#pragma once
// TLS between a client of the engine and the wire: OpenSSL's session without I/O, a new one for
// each connection.

#include "harness/load/engine/byte_codec.hpp"
#include "harness/load/engine/engine_plan.hpp"
#include "harness/net/openssl_session.hpp"
#include "harness/net/tls_session.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace stormdrain {

class openssl_codec {
public:
    static constexpr bool says_goodbye = true;

    // Both outlive the codec.
    openssl_codec(openssl_client& shared, const engine_plan& plan);
    openssl_codec(const openssl_codec&) = delete;
    openssl_codec& operator=(const openssl_codec&) = delete;

    void restart();
    bool is_open() const;
    bool is_resumed() const { return session_->is_resumed(); }
    void seal(std::string_view text) { session_->seal(text); }
    // The server's close_notify is asio::error::eof, as its FIN without TLS would be.
    opened_bytes open(std::string_view bytes);
    void close();
    std::string_view output() const { return session_->output(); }
    void sent(std::size_t bytes) { session_->sent(bytes); }

private:
    openssl_client& shared_;
    tls_session kept_;  // of the connection before, where the plan resumes it
    tls_handshake_wish wish_;
    std::optional<openssl_session> session_;  // of the connection
    bool speaks_otherwise_ = false;           // the server agreed to another protocol, or to none
};

static_assert(byte_codec<openssl_codec>);

}  // namespace stormdrain
