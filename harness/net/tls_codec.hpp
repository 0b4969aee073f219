#pragma once
// TLS without I/O, for whoever drives thousands of sockets by himself: what came from the server is
// fed in, what is to be sent is taken out, once a turn each. What a server does wrong comes back as
// a state, never as an exception.

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace stormdrain {

enum class tls_codec_state {
    handshaking,
    open,     // text can be sealed
    ended,    // the server's close_notify came; text can still be sealed (RFC 8446 section 6.1)
    failed,   // see failure(); an alert that says so may be in the output
    stopped,  // as far as it was told to go; what comes is not looked at
};

class tls_codec {
public:
    virtual ~tls_codec() = default;
    tls_codec(const tls_codec&) = delete;
    tls_codec& operator=(const tls_codec&) = delete;

    // Takes all of it. The first flight is in the output before anything is fed.
    virtual void feed(std::string_view received) = 0;
    // Out of what was fed last; valid until this session or another one of its client is fed.
    virtual std::string_view plaintext() const = 0;
    // Puts the text into records. For an open session, also when the server has ended it.
    virtual void seal(std::string_view text) = 0;
    // Says close_notify; nothing can be sealed behind it.
    virtual void close() = 0;

    // What is to be sent; valid until any other member is called.
    virtual std::string_view output() const = 0;
    // So many bytes of it were.
    virtual void sent(std::size_t bytes) = 0;

    virtual tls_codec_state state() const = 0;
    // Full handshakes and resumed ones must never be counted as one: they differ by half their
    // cost. Known from the first state that is not `handshaking`.
    virtual bool is_resumed() const = 0;
    // ALPN (RFC 7301); empty: none was chosen.
    virtual std::string_view application_protocol() const = 0;
    // For people, when the state is `failed`.
    virtual std::string failure_text() const = 0;
    // The same for programs.
    virtual boost::system::error_code failure_code() const = 0;

protected:
    tls_codec() = default;
};

}  // namespace stormdrain
