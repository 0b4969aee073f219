// Resets the connection at a chosen point: a client that crashed, a load balancer that gave up, a
// browser tab that was closed.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <algorithm>

namespace stormdrain::faults {

namespace {

constexpr duration time_in_handler = std::chrono::milliseconds(20);

class connection_reset_fault : public connection_fault {
public:
    connection_reset_fault(strike_point at, std::vector<std::string> routes)
        : connection_fault({"connection_reset", held_condition::none, at, std::move(routes)}) {}

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        if (point() == strike_point::connect) {
            connect_options options;
            options.tls = tls_use::never;
            if (co_await here.connect(std::move(options))) {
                reset(here, "connected, no byte sent");
            }
            co_return;
        }
        const std::optional<rendered_request> request = here.request_for(route_name());
        if (!request || !co_await here.connect()) {
            co_return;
        }
        switch (point()) {
            case strike_point::request_headers:
                co_await cut_request(here, *request, 1, request->head_bytes - 1);
                break;
            case strike_point::request_body:
                co_await cut_body(here, *request);
                break;
            case strike_point::handler:
                co_await reset_while_handled(here, *request);
                break;
            case strike_point::response_body:
                co_await reset_in_response(here, *request);
                break;
            default:
                if (co_await here.exchange(*request)) {
                    reset(here, "idle after a whole answer");
                }
                break;
        }
    }

private:
    // Sends between `first` and `last` bytes of the request, by the seed.
    static boost::asio::awaitable<void> cut_request(strike_attempt& here,
                                                    const rendered_request& request,
                                                    std::size_t first, std::size_t last) {
        const std::size_t cut = first + here.context().random.below(last - first + 1);
        if (co_await here.send(std::string_view(request.text).substr(0, cut))) {
            reset(here, std::to_string(cut) + " of " + std::to_string(request.text.size()) +
                            " bytes of the request sent");
        }
    }

    static boost::asio::awaitable<void> cut_body(strike_attempt& here,
                                                 const rendered_request& request) {
        if (request.text.size() < request.head_bytes + 2) {
            here.not_delivered("the route's request has no body that could be cut");
            co_return;
        }
        co_await cut_request(here, request, request.head_bytes + 1, request.text.size() - 1);
    }

    static boost::asio::awaitable<void> reset_while_handled(strike_attempt& here,
                                                            const rendered_request& request) {
        http_exchange exchange(here.connection(), request);
        co_await exchange.send(here.deadline());
        // Long enough for the server to accept and to parse; on TLS this takes the session tickets
        // off the stream, too.
        co_await exchange.receive_some(std::min(here.deadline(), clock::now() + time_in_handler));
        if (exchange.report().end != exchange_end::timed_out) {
            here.saw_response(exchange);
            here.not_delivered("the answer, or the server's close, came before the reset");
            co_return;
        }
        if (!exchange.report().all_sent) {
            here.not_delivered(why_cut_short(exchange.report()));
            co_return;
        }
        reset(here, "the whole request sent, no byte of the answer received");
    }

    static boost::asio::awaitable<void> reset_in_response(strike_attempt& here,
                                                          const rendered_request& request) {
        http_exchange exchange(here.connection(), request);
        co_await exchange.send(here.deadline());
        while (!exchange.is_over() && exchange.response().body_bytes() == 0) {
            co_await exchange.receive_some(here.deadline());
        }
        here.saw_response(exchange);
        if (exchange.is_over()) {
            here.not_delivered(exchange.report().end == exchange_end::whole
                                   ? "the answer was over before it could be cut: whole at once"
                                   : why_cut_short(exchange.report()));
            co_return;
        }
        reset(here, std::to_string(exchange.response().body_bytes()) +
                        " bytes of the response's body received, not all");
    }

    static void reset(strike_attempt& here, std::string_view moment) {
        // A socket that the server has closed already would take our RST for nothing.
        const std::optional<tcp_socket_facts> server = here.established_server_socket();
        if (!server) {
            return;
        }
        const boost::system::error_code error = here.connection().reset();
        if (error) {
            here.not_delivered("the RST could not be sent: " + error.message());
            return;
        }
        // On loopback the RST has done its work when close(2) returns.
        const std::optional<tcp_socket_facts> after = here.server_socket();
        if (after && after->state == tcp_state::established) {
            here.not_delivered("the RST did not reach the server's socket: " + to_text(after));
            return;
        }
        here.delivered(std::string(moment) + "; then RST to a socket that was " + to_text(server));
    }
};

std::string default_route(strike_point at) {
    switch (at) {
        case strike_point::request_body:
            return "upload";
        case strike_point::response_body:
            return "large";
        case strike_point::handler:
            return "delayed";
        default:
            return "small";
    }
}

std::unique_ptr<const fault> read(object_reader& keys) {
    const strike_point at = read_point(
        keys, {strike_point::request_headers, strike_point::connect, strike_point::request_body,
               strike_point::handler, strike_point::response_body, strike_point::idle});
    std::vector<std::string> routes;
    if (at != strike_point::connect) {
        routes.push_back(keys.text("route", default_route(at)));
    }
    return std::make_unique<connection_reset_fault>(at, std::move(routes));
}

}  // namespace

extern const fault_kind connection_reset{
    "connection_reset", "A client that ends the connection by RST instead of FIN.", read};

}  // namespace stormdrain::faults
