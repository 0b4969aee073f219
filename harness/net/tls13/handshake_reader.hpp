#pragma once
// Puts handshake messages together out of records (RFC 8446 section 5.1): one may fill many, and
// many may fill one. What comes whole is not copied.

#include "harness/net/tls13/client_hello.hpp"
#include "harness/net/tls13/failure.hpp"
#include "harness/net/tls13/wire.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <optional>

namespace stormdrain::tls13 {

struct handshake_message {
    message_type type = message_type::client_hello;
    byte_view body;
    byte_view whole;  // with its header, as the transcript takes it
};

class handshake_reader {
public:
    // A chain of dozens of certificates; the protocol would allow 16 MiB.
    static constexpr std::size_t message_bytes_max = std::size_t{128} * 1024;

    // To be read until there is no next message before more is fed: what is left is kept then.
    void feed(byte_view fragment) { fed_ = fragment; }
    // Nothing: what was fed ends amid a message, or with one. Views are valid until the next call.
    boost::system::result<std::optional<handshake_message>, failure> next();
    // A message was begun, or follows.
    bool is_amid_message() const { return !fed_.empty() || (!begun_.empty() && !was_handed_out_); }

private:
    bool complete(std::size_t bytes);

    byte_view fed_;
    byte_string begun_;  // a message whose end was not fed yet
    bool was_handed_out_ = false;
};

}  // namespace stormdrain::tls13
