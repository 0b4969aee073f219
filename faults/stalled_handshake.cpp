// Begins a TLS handshake and says nothing more: a client that froze, a network that lost the rest,
// a load balancer whose health check connects and waits. One is enough to stop a server that awaits
// the handshake before it accepts the next connection (salvo-rs/salvo#644).

#include "faults/handshake_steps.hpp"
#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace stormdrain::faults {

namespace {

constexpr std::array<std::pair<std::string_view, handshake_step>, 6> step_words{
    {{"nothing", handshake_step::nothing},
     {"record_header", handshake_step::record_header},
     {"client_hello", handshake_step::client_hello},
     {"server_flight", handshake_step::server_flight},
     {"part_of_client_hello", handshake_step::amid_client_hello},
     {"part_of_second_flight", handshake_step::amid_second_flight}}};

held_condition held_by(handshake_step after) {
    switch (after) {
        case handshake_step::nothing:
            return held_condition::silent;
        case handshake_step::record_header:
        case handshake_step::amid_client_hello:
            return held_condition::tls_hello;
        default:
            return held_condition::tls_handshake;
    }
}

class stalled_handshake_fault : public connection_fault {
public:
    // Without a length it stands until it is released.
    stalled_handshake_fault(way_into_handshake way, std::optional<duration> length)
        : connection_fault({"stalled_handshake",
                            held_by(way.until),
                            strike_point::handshake,
                            {},
                            needed_port::tls}),
          way_(way),
          length_(length) {}

    bool stands_until_released() const override { return !length_; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::string moment = co_await go_into_handshake(here, way_);
        if (moment.empty()) {
            co_return;
        }
        const std::optional<tcp_socket_facts> server = co_await here.server_socket_once_accepted();
        if (!server || server->state != tcp_state::established) {
            here.not_delivered("the server's kernel does not hold the connection: " +
                               to_text(server));
            co_return;
        }
        here.delivered(moment + ", the server's socket is " + to_text(server));
        const time_point stalled = clock::now();
        const time_point give_up =
            length_ ? std::min(here.deadline(), stalled + *length_) : here.deadline();
        const server_close how = co_await here.connection().wait_for_server_close(give_up);
        const std::string kept_for = to_text(clock::now() - stalled);
        if (how != server_close::still_open) {
            here.add_to_proof("; the server ended it after " + kept_for);
        } else if (length_ && !here.context().released.is_open()) {
            here.add_to_proof("; the server kept it for all of " + kept_for);
        }
    }

private:
    way_into_handshake way_;
    std::optional<duration> length_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    way_into_handshake way;
    way.until = keys.choice<handshake_step>("after", step_words, handshake_step::nothing);
    if (is_amid(way.until)) {
        way.cut_bytes = keys.size_bytes("bytes", 1, cut_bytes_max, 0);
    }
    std::optional<duration> length;
    if (keys.has("for")) {
        length = keys.length_of_time("for", 1ms, 1h);
    }
    return std::make_unique<stalled_handshake_fault>(way, length);
}

}  // namespace

extern const fault_kind stalled_handshake{
    "stalled_handshake", "A client that begins a TLS handshake and does not go on.", read};

}  // namespace stormdrain::faults
