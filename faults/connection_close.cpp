// Asks for the connection to be closed behind the answer: by `Connection: close`, as many probes
// and scripts do, or as a client of HTTP/1.0, which reads until the end of the connection.

#include "faults/strike.hpp"
#include "harness/config/object_reader.hpp"

#include <algorithm>
#include <array>

namespace stormdrain::faults {

namespace {

// A server has nothing to wait for; what it may do before is to write its log.
constexpr duration close_within = std::chrono::seconds(2);

struct way_to_ask {
    connection_use use = connection_use::one_request;
    std::string_view words;    // of the request
    std::string_view section;  // that entitles to the close
};

constexpr way_to_ask by_close{connection_use::one_request, "a request with Connection: close",
                              "RFC 9112 section 9.6"};
constexpr way_to_ask by_version{connection_use::http_1_0,
                                "a request of HTTP/1.0 without keep-alive", "RFC 9112 section 9.3"};

class connection_close_fault : public connection_fault {
public:
    connection_close_fault(way_to_ask asks, std::string route)
        : connection_fault({"connection_close",
                            held_condition::none,
                            strike_point::request_headers,
                            {std::move(route)},
                            needed_port::http}),
          asks_(asks) {}

    bool needs_tcp() const override { return false; }

protected:
    boost::asio::awaitable<void> strike(strike_attempt& here) const override {
        const std::optional<rendered_request> request = here.request_for(route_name(), asks_.use);
        bool connected = false;
        if (request) {
            connected = co_await here.connect();
        }
        if (!connected) {
            co_return;
        }
        http_exchange exchange(here.connection(), *request);
        co_await exchange.send(here.deadline());
        if (!exchange.report().all_sent) {
            here.not_delivered("the server did not take the whole request");
            co_return;
        }
        here.delivered(std::string(asks_.words) + " was sent whole");
        const time_point answered_by = clock::now() + here.context().stands_within;
        co_await exchange.receive(std::min(here.context().deadline, answered_by));
        here.saw_response(exchange);
        const time_point closed_by = clock::now() + close_within;
        const server_close closed = co_await here.connection().wait_for_server_close(
            std::min(here.context().deadline, closed_by));
        conclude(here, exchange, closed);
    }

private:
    void conclude(strike_attempt& here, const http_exchange& exchange, server_close closed) const {
        // A close_notify ends the server's side just as well: it may wait for ours.
        const bool is_closed =
            closed != server_close::still_open || here.connection().row().server_closed.has_value();
        if (!is_closed && clock::now() >= here.context().deadline) {
            return;  // the cycle ended first
        }
        demand what;
        what.what = "the close of the connection behind the answer to " + std::string(asks_.words);
        what.section = asks_.section;
        if (exchange.report().end == exchange_end::whole || ends_with_connection(exchange)) {
            what.met = is_closed;
            what.seen = is_closed ? "it was closed"
                                  : "it was still open " + to_text(close_within) + " later";
        } else {
            what.seen = "no whole answer: " + why_cut_short(exchange.report());
        }
        here.demanded(std::move(what));
    }

    // Over TLS the end of such an answer may lack its close_notify; the close is there all the
    // same.
    static bool ends_with_connection(const http_exchange& exchange) {
        return exchange.report().end == exchange_end::end_of_stream &&
               exchange.response().state() == parse_state::until_close;
    }

    way_to_ask asks_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    constexpr std::array<std::pair<std::string_view, const way_to_ask*>, 2> ways{
        {{"close", &by_close}, {"http_1_0", &by_version}}};
    const way_to_ask* asks = keys.choice<const way_to_ask*>("as", ways, &by_close);
    return std::make_unique<connection_close_fault>(*asks, keys.text("route", "small"));
}

}  // namespace

extern const fault_kind connection_close{
    "connection_close", "A client that asks for the connection to be closed behind its answer.",
    read};

}  // namespace stormdrain::faults
