#pragma once
// Cuts what came into records (RFC 8446 section 5.1). What comes whole is not copied.

#include "harness/net/tls13/failure.hpp"
#include "harness/net/tls13/record_protection.hpp"
#include "harness/net/tls13/wire.hpp"

#include <boost/system/result.hpp>

#include <optional>

namespace stormdrain::tls13 {

struct record {
    content_type type = content_type::invalid;
    byte_view header;
    byte_view body;
};

class record_reader {
public:
    // To be read until there is no next record before more is fed: what is left is kept then.
    void feed(byte_view received) { received_ = received; }
    // Nothing: what was fed ends amid a record. Views are valid until the next call.
    boost::system::result<std::optional<record>, failure> next();

private:
    bool complete(std::size_t bytes);

    byte_view received_;
    byte_string begun_;  // a record whose end was not fed yet
    bool was_handed_out_ = false;
};

}  // namespace stormdrain::tls13
