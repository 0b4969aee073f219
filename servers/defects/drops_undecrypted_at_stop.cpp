// The stop takes a TLS connection for idle whose request has arrived and is not decrypted yet: it
// closes it, and the request is lost.
// Stimulus: a stop amid handshakes, with requests right behind them. How late the connection's task
// is run decides how often it shows.

#include "servers/reference/build.hpp"

#include <chrono>

namespace reference {
namespace {

// That of a busy runtime with a few hundred tasks.
constexpr std::chrono::milliseconds scheduling_delay{20};

class conduct final : public behaviour {
public:
    bool answers_received_at_stop() const override { return false; }
    std::chrono::milliseconds first_turn_delay() const override { return scheduling_delay; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_drops_undecrypted_at_stop",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "drops_undecrypted_at_stop",
                       .origin = "hyperium/hyper#3792",
                       .suite = "tls_handshake_storm",
                       .scenario = "stop_behind_handshakes",
                       .expects = "connection_severed",
                       .lifecycle = "process",
                       .cycles = 20}};
}

}  // namespace reference
