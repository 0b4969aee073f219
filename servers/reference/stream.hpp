#pragma once
// Bytes over a non-blocking socket, with or without TLS. Nothing here waits: a step says what the
// socket must become ready for, and the connection waits with a deadline of its own. That keeps
// every place where a stop or a deadline can interrupt in one function.

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace reference {

enum class step_state {
    done,
    wants_input,
    wants_output,
    end_of_stream,  // the peer will send no more: FIN, or close_notify
    reset,          // the peer is gone: ECONNRESET, EPIPE, ...
    failed,         // TLS cannot go on
};

struct step {
    step_state state = step_state::done;
    std::size_t bytes = 0;
};

// How much of what a wakeup brought is read before the next one is waited for.
enum class record_reading {
    all,
    first_alone,  // and the library keeps the others, where no wakeup comes from: for defect builds
};

class stream {
public:
    virtual ~stream() = default;
    virtual step handshake() = 0;
    virtual step read(std::span<char> space) = 0;
    virtual step write(std::string_view bytes) = 0;
    // Tells the peer that no more bytes will come: close_notify. FIN is the connection's.
    virtual step end() = 0;
    // False when a read is known to find nothing, which spares the system call.
    virtual bool may_have_input() const = 0;
    // What both sides have agreed on (ALPN); empty: nothing.
    virtual std::string_view protocol() const { return {}; }
};

// Both borrow the descriptor.
std::unique_ptr<stream> make_plain_stream(int descriptor);
// Null when OpenSSL has no memory for it.
std::unique_ptr<stream> make_tls_stream(SSL_CTX& context, int descriptor, record_reading reads);

// Whom a TLS client wants to reach.
struct tls_peer {
    std::string host;  // a name or an address, which the peer's certificate has to be for
    std::string sni;   // empty: none is sent
};
// The client's side. Null as above.
std::unique_ptr<stream> make_tls_client_stream(SSL_CTX& context, int descriptor,
                                               const tls_peer& peer);

// What a failed system call means for the stream: errno as a step.
step step_of_errno(int error, step_state when_blocked);

}  // namespace reference
