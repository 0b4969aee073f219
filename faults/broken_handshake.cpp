// Breaks off a TLS handshake, or sends what is none: port scanners, clients of another protocol,
// health checks that only want to see the port open. The server fails the handshake and has to let
// go of the connection; some have leaked it there (OpenSIPS/opensips#3711).

#include "faults/handshake_steps.hpp"
#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <algorithm>
#include <array>

namespace stormdrain::faults {

namespace {

enum class broken_by {
    garbage,
    plain_http,
    reset_after_hello,
    reset_after_server_flight,
    fin_after_hello,
};

constexpr std::array<std::pair<std::string_view, broken_by>, 5> words{
    {{"garbage", broken_by::garbage},
     {"plain_http", broken_by::plain_http},
     {"reset_after_hello", broken_by::reset_after_hello},
     {"reset_after_server_flight", broken_by::reset_after_server_flight},
     {"fin_after_hello", broken_by::fin_after_hello}}};

// A server has no reason to keep a connection whose handshake failed; one that lingers to get its
// alert across (RFC 8446 section 6.2) is left alone after this.
constexpr duration close_after_failure = std::chrono::seconds(1);

held_condition held_by(broken_by how) {
    switch (how) {
        case broken_by::fin_after_hello:
            return held_condition::half_closed;
        case broken_by::garbage:
        case broken_by::plain_http:
            return held_condition::silent;
        default:
            return held_condition::none;
    }
}

// Not to be taken for the beginning of a record, of which a server would wait for the rest: no
// content type is 0, and no version begins with 0 (RFC 8446 section 5.1).
std::string make_garbage(random_source& random) {
    constexpr std::size_t garbage_bytes = 64;
    constexpr std::uint64_t values_of_byte = 256;
    std::string bytes(garbage_bytes, '\0');
    std::generate(bytes.begin() + 2, bytes.end(),
                  [&random] { return static_cast<char>(random.below(values_of_byte)); });
    return bytes;
}

class broken_handshake_fault : public connection_fault {
public:
    explicit broken_handshake_fault(broken_by how)
        : connection_fault(
              {"broken_handshake", held_by(how), strike_point::handshake, {}, needed_port::tls}),
          how_(how) {}

    // It is over by itself, and soon; the stop may meet it all the same.
    bool stands_until_released() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        if (how_ == broken_by::garbage) {
            const std::string garbage = make_garbage(here.context().random);
            co_await say(here, garbage, "garbage");
        } else if (how_ == broken_by::plain_http) {
            const rendered_request request =
                render(route(), here.context().connections.authority(), connection_use::keep_alive);
            co_await say(here, request.text, "a request without TLS");
        } else {
            co_await break_off(here);
        }
        if (here.is_delivered() && here.connection().is_open()) {
            const time_point give_up =
                std::min(here.deadline(), clock::now() + close_after_failure);
            co_await here.connection().wait_for_server_close(give_up);
        }
    }

private:
    static boost::asio::awaitable<void> say(strike_attempt& here, std::string_view bytes,
                                            std::string_view called) {
        const std::string moment = co_await go_into_handshake(here, handshake_step::nothing);
        if (moment.empty()) {
            co_return;
        }
        // Afterwards it may be gone already.
        const std::optional<tcp_socket_facts> server = here.established_server_socket();
        if (!server) {
            co_return;
        }
        const bool sent = co_await here.send(bytes);
        if (sent) {
            here.delivered(std::to_string(bytes.size()) + " bytes of " + std::string(called) +
                           " sent to a socket that was " + to_text(server));
        }
    }

    boost::asio::awaitable<void> break_off(strike_attempt& here) const {
        const std::string moment = co_await go_into_handshake(
            here, how_ == broken_by::reset_after_server_flight ? handshake_step::server_flight
                                                               : handshake_step::client_hello);
        if (moment.empty()) {
            co_return;
        }
        if (how_ == broken_by::fin_after_hello) {
            here.send_fin(moment + "; ");
        } else {
            here.reset(moment);
        }
    }

    broken_by how_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    return std::make_unique<broken_handshake_fault>(
        keys.choice<broken_by>("sends", words, broken_by::garbage));
}

}  // namespace

extern const fault_kind broken_handshake{
    "broken_handshake", "A client that breaks off its TLS handshake, or sends what is none.", read};

}  // namespace stormdrain::faults
