#pragma once
// The client's side of a TLS handshake without a socket: it says which bytes to send and takes
// those that came, so that whoever drives it can stop at any of them.

#include "harness/net/tls_client.hpp"

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

namespace stormdrain {

class offline_handshake {
public:
    // Verifies nothing: what counts is the bytes. Throws environment_error.
    // `protocol` is offered alone (ALPN); empty: none is.
    explicit offline_handshake(const tls_client& client, const std::string& protocol = {});

    // To be sent first, and once.
    const std::string& client_hello() const { return client_hello_; }

    enum class progress {
        wants_more,           // the server's flight is not whole yet
        wants_another_hello,  // RFC 8446 section 4.1.4: HelloRetryRequest; see output()
        has_server_flight,    // all that the server says before it waits for us
        complete,             // nothing is owed to the handshake any more; see is_complete()
        failed,               // what came is no handshake; see failure()
    };
    progress take(std::string_view received);

    // What the client would send now; it is gone then. Behind the server's flight: our second one.
    std::string output();
    // Ours is done: at once behind our second flight in TLS 1.3, with the server's answer to it
    // before.
    bool is_complete() const;
    // The records of the session that carry the text, once it is complete.
    std::string seal(std::string_view text);
    const std::string& failure() const { return failure_; }

private:
    struct deleter {
        void operator()(SSL* tls) const;
    };
    std::unique_ptr<SSL, deleter> tls_;
    std::string client_hello_;
    std::string failure_;
};

}  // namespace stormdrain
