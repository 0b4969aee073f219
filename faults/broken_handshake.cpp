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

enum class broken_by { garbage, plain_http, reset, fin };

struct way_to_break {
    broken_by by = broken_by::garbage;
    way_into_handshake until = {};  // where it breaks off, by RST or FIN
    bool operator==(const way_to_break&) const = default;
};

constexpr way_to_break broken_off(broken_by by, handshake_step until) {
    return {by, {until}};
}

constexpr std::array<std::pair<std::string_view, way_to_break>, 10> words{
    {{"garbage", {broken_by::garbage}},
     {"plain_http", {broken_by::plain_http}},
     {"reset_after_hello", broken_off(broken_by::reset, handshake_step::client_hello)},
     {"reset_after_server_flight", broken_off(broken_by::reset, handshake_step::server_flight)},
     {"reset_amid_hello", broken_off(broken_by::reset, handshake_step::amid_client_hello)},
     {"reset_amid_second_flight", broken_off(broken_by::reset, handshake_step::amid_second_flight)},
     {"fin_after_hello", broken_off(broken_by::fin, handshake_step::client_hello)},
     {"fin_after_server_flight", broken_off(broken_by::fin, handshake_step::server_flight)},
     {"fin_amid_hello", broken_off(broken_by::fin, handshake_step::amid_client_hello)},
     {"fin_amid_second_flight", broken_off(broken_by::fin, handshake_step::amid_second_flight)}}};

// A server has no reason to keep a connection whose handshake failed; one that lingers to get its
// alert across (RFC 8446 section 6.2) is left alone after this.
constexpr duration close_after_failure = std::chrono::seconds(1);

held_condition held_by(broken_by how) {
    switch (how) {
        case broken_by::fin:
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
    explicit broken_handshake_fault(way_to_break how)
        : connection_fault(
              {"broken_handshake", held_by(how.by), strike_point::handshake, {}, needed_port::tls}),
          how_(how) {}

    // It is over by itself, and soon; the stop may meet it all the same.
    bool stands_until_released() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        if (how_.by == broken_by::garbage) {
            const std::string garbage = make_garbage(here.context().random);
            co_await say(here, garbage, "garbage");
        } else if (how_.by == broken_by::plain_http) {
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
        const std::string moment = co_await go_into_handshake(here, way_into_handshake());
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
        std::string moment = co_await go_into_handshake(here, how_.until);
        if (moment.empty()) {
            co_return;
        }
        if (how_.by == broken_by::fin) {
            moment += "; ";
            co_await here.send_fin(std::move(moment));
        } else {
            co_await here.reset(std::move(moment));
        }
    }

    way_to_break how_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    auto how = keys.choice<way_to_break>("sends", words, way_to_break());
    if (is_amid(how.until.until)) {
        how.until.cut_bytes = keys.size_bytes("bytes", 1, cut_bytes_max, 0);
    }
    return std::make_unique<broken_handshake_fault>(how);
}

}  // namespace

extern const fault_kind broken_handshake{
    "broken_handshake", "A client that breaks off its TLS handshake, or sends what is none.", read};

}  // namespace stormdrain::faults
