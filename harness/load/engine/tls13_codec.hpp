#pragma once
// TLS 1.3 between a client of the engine and the wire: the harness's own session, whose handshakes
// cost less than half of OpenSSL's.

#include "harness/base/time.hpp"
#include "harness/load/engine/session_codec.hpp"
#include "harness/net/tls13/client.hpp"
#include "harness/net/tls13/session.hpp"
#include "harness/net/tls13/session_ticket.hpp"

#include <cstddef>
#include <string_view>

namespace stormdrain {

// What the plan asks of its sessions; there is a `plan.tls`.
tls13::client_options tls13_options(const engine_plan& plan);

class tls13_codec : public session_codec<tls13::session> {
public:
    // `shared` is made of tls13_options(), and outlives the codec.
    tls13_codec(tls13::client& shared, const engine_plan& plan);

    void restart();
    opened_bytes open(std::string_view bytes);
    void close();

private:
    void keep_ticket();

    tls13::client& shared_;
    const bool resumes_;
    tls13::shared_ticket kept_;  // the last that came, where the plan resumes
    time_point ticket_came_{};
    std::size_t tickets_count_ = 0;  // of the connection
};

static_assert(byte_codec<tls13_codec>);

}  // namespace stormdrain
