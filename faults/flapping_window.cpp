// Takes a large answer through a window that opens by a little and closes again, all the time: a
// phone that swaps, a device with a few kilobytes of memory. The server's writes go on just enough
// for every timer that asks for progress, and its kernel probes a closed window in between.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <optional>

namespace stormdrain::faults {

namespace {

// Set before connect; the kernel doubles it, which is the least it takes, and gives half of that as
// the window (tcp(7)). It opens again once half of it is free (RFC 9293 section 3.8.6.2.2).
constexpr int receive_buffer_bytes = 2048;
constexpr std::size_t chunk_bytes_max = 1024;  // more at once would leave the window open

struct flapping_window_options {
    std::string route;
    std::uint64_t chunk_bytes = 0;
    duration every{};
};

// A window that the server's kernel found closed, each time behind bytes that it had not sent the
// time before.
class closings {
public:
    static constexpr int wanted_count = 2;  // once closed and opened, closed again

    void look(const std::optional<tcp_socket_facts>& server) {
        const bool is_closed = server && server->state == tcp_state::established &&
                               server->timer == tcp_timer::zero_window_probe &&
                               server->send_queue_bytes > 0;
        if (is_closed && (count_ == 0 || server->acknowledged_bytes > acknowledged_bytes_)) {
            ++count_;
            acknowledged_bytes_ = server->acknowledged_bytes;
            waiting_bytes_ = server->send_queue_bytes;
        }
    }
    bool are_enough() const { return count_ >= wanted_count; }
    int count() const { return count_; }
    std::uint32_t waiting_bytes() const { return waiting_bytes_; }

private:
    int count_ = 0;
    std::uint64_t acknowledged_bytes_ = 0;
    std::uint32_t waiting_bytes_ = 0;
};

class flapping_window_fault : public connection_fault {
public:
    explicit flapping_window_fault(flapping_window_options options)
        : connection_fault({"flapping_window",
                            held_condition::slow_reader,
                            strike_point::response_body,
                            {options.route}}),
          options_(std::move(options)) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        connect_options connecting;
        connecting.receive_buffer_bytes = receive_buffer_bytes;
        bool is_connected = false;
        if (request) {
            is_connected = co_await here.connect(std::move(connecting));
        }
        if (is_connected) {
            co_await sip(here, *request);
        }
    }

private:
    boost::asio::awaitable<void> sip(strike_attempt& here, const rendered_request& request) const {
        http_exchange exchange(here.connection(), request, options_.chunk_bytes);
        closings seen;
        co_await exchange.send(here.deadline());
        while (!exchange.is_over() && clock::now() < here.deadline()) {
            co_await here.pause(options_.every);
            note_delivery(here, exchange, seen);
            co_await exchange.receive_some(here.deadline());
            here.saw_response(exchange);
        }
        if (!here.is_delivered()) {
            here.not_delivered(exchange.report().end == exchange_end::whole
                                   ? "the answer was over before the window had closed twice"
                                   : why_cut_short(exchange.report()));
        }
    }

    static void note_delivery(strike_attempt& here, const http_exchange& exchange, closings& seen) {
        if (here.is_delivered()) {
            return;
        }
        seen.look(here.server_socket());
        if (seen.are_enough()) {
            here.delivered(
                "the window was closed " + std::to_string(seen.count()) +
                " times and open in between: " + std::to_string(exchange.report().response_bytes) +
                " bytes of the response read, " + std::to_string(seen.waiting_bytes()) +
                " bytes wait in the server's socket behind a zero window probe");
        }
    }

    flapping_window_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    flapping_window_options options;
    options.route = keys.text("route", "large");
    options.chunk_bytes = keys.size_bytes("chunk", 1, chunk_bytes_max, 512);
    options.every = keys.length_of_time("every", 1ms, 1h, 20ms);
    return std::make_unique<flapping_window_fault>(std::move(options));
}

}  // namespace

extern const fault_kind flapping_window{
    "flapping_window", "A client whose receive window opens a little and closes again, all along.",
    read};

}  // namespace stormdrain::faults
