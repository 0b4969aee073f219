// Takes a large answer in sips, so that the server's writes block again and again.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <algorithm>
#include <array>

namespace stormdrain::faults {

namespace {

constexpr std::size_t chunk_bytes_max = 64 * 1024;
// Set before connect; the kernel doubles it. The answer must not fit into our side (tcp(7)).
constexpr int receive_buffer_bytes = 4096;

struct slow_reader_options {
    std::string route;
    std::uint64_t chunk_bytes = 0;
    duration every{};
};

class slow_reader_fault : public connection_fault {
public:
    explicit slow_reader_fault(slow_reader_options options)
        : connection_fault({"slow_reader",
                            held_condition::slow_reader,
                            strike_point::response_body,
                            {options.route}}),
          options_(std::move(options)) {}

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name());
        connect_options connecting;
        connecting.receive_buffer_bytes = receive_buffer_bytes;
        if (!request || !co_await here.connect(std::move(connecting))) {
            co_return;
        }
        http_exchange exchange(here.connection(), *request, options_.chunk_bytes);
        co_await exchange.send(here.deadline());
        while (!exchange.is_over() && clock::now() < here.deadline()) {
            co_await exchange.receive_some(here.deadline());
            here.saw_response(exchange);
            if (!exchange.is_over()) {
                co_await here.pause_among_many(options_.every);
                note_delivery(here, exchange);
            }
        }
        if (!here.is_delivered()) {
            here.not_delivered(exchange.report().end == exchange_end::whole
                                   ? "the answer was over before the server had to wait for us"
                                   : why_cut_short(exchange.report()));
        }
    }

private:
    // The server waits for us when its kernel holds bytes that ours has no room for.
    static void note_delivery(strike_attempt& here, const http_exchange& exchange) {
        if (here.is_delivered()) {
            return;
        }
        const std::optional<tcp_socket_facts> server = here.server_socket();
        if (server && server->state == tcp_state::established && server->send_queue_bytes > 0) {
            here.delivered(
                std::to_string(exchange.report().response_bytes) + " bytes of the response read, " +
                std::to_string(server->send_queue_bytes) + " bytes wait in the server's socket");
        }
    }

    slow_reader_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    slow_reader_options options;
    options.route = keys.text("route", "large");
    options.chunk_bytes = keys.size_bytes("chunk", 1, chunk_bytes_max, 1024);
    options.every = keys.length_of_time("every", 1ms, 1h, 100ms);
    return std::make_unique<slow_reader_fault>(std::move(options));
}

}  // namespace

extern const fault_kind slow_reader{
    "slow_reader", "A client that reads a large response a few bytes at a time.", read};

}  // namespace stormdrain::faults
