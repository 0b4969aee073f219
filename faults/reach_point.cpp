#include "faults/reach_point.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// g++ 12 destroys the frame of a coroutine with a value of class type at a wrong place when it
// returns from inside `if (!co_await ...)`: await first, look then.

constexpr duration time_in_handler = std::chrono::milliseconds(20);

// Sends between `first` and `last` bytes of the request, by the seed.
asio::awaitable<std::string> cut_request(strike_attempt& here, const rendered_request& request,
                                         std::size_t first, std::size_t last) {
    if (!here.can_be_cut(request)) {
        co_return std::string();
    }
    const std::size_t cut = first + here.context().random.below(last - first + 1);
    const bool sent = co_await here.send(std::string_view(request.text).substr(0, cut));
    std::string moment;
    if (sent) {
        moment = std::to_string(cut) + " of " + std::to_string(request.text.size()) +
                 " bytes of the request sent";
    }
    co_return moment;
}

asio::awaitable<std::string> cut_body(strike_attempt& here, const rendered_request& request) {
    if (request.text.size() < request.head_bytes + 2) {
        here.not_delivered("the route's request has no body that could be cut");
        co_return std::string();
    }
    std::string moment =
        co_await cut_request(here, request, request.head_bytes + 1, request.text.size() - 1);
    co_return moment;
}

asio::awaitable<std::string> get_handled(strike_attempt& here, const rendered_request& request) {
    http_exchange exchange(here.connection(), request);
    co_await exchange.send(here.deadline());
    // Long enough for the server to accept and to parse; on TLS this takes the session tickets off
    // the stream, too.
    co_await exchange.receive_some(std::min(here.deadline(), clock::now() + time_in_handler));
    if (exchange.report().end != exchange_end::timed_out) {
        here.saw_response(exchange);
        here.not_delivered("the answer, or the server's close, came before the fault could strike");
        co_return std::string();
    }
    if (!exchange.report().all_sent) {
        here.not_delivered(why_cut_short(exchange.report()));
        co_return std::string();
    }
    co_return std::string("the whole request sent, no byte of the answer received");
}

asio::awaitable<std::string> get_into_response(strike_attempt& here,
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
        co_return std::string();
    }
    co_return std::to_string(exchange.response().body_bytes()) +
        " bytes of the response's body received, not all";
}

asio::awaitable<std::string> get_idle(strike_attempt& here, const rendered_request& request) {
    const bool persists = co_await here.exchange(request);
    co_return persists ? "idle after a whole answer" : "";
}

// No coroutine itself: it only says which one it is.
asio::awaitable<std::string> go_to(strike_point point, strike_attempt& here,
                                   const rendered_request& request) {
    switch (point) {
        case strike_point::request_headers:
            return cut_request(here, request, 1, request.head_bytes - 1);
        case strike_point::request_body:
            return cut_body(here, request);
        case strike_point::handler:
            return get_handled(here, request);
        case strike_point::response_body:
            return get_into_response(here, request);
        default:
            return get_idle(here, request);
    }
}

}  // namespace

asio::awaitable<std::string> reach_point(strike_attempt& here, way_to_point way) {
    const std::optional<rendered_request> request = here.request_for(way.route_name);
    bool is_connected = false;
    if (request) {
        is_connected = co_await here.connect(std::move(way.connecting));
    }
    std::string moment;
    if (is_connected) {
        moment = co_await go_to(way.point, here, *request);
    }
    co_return moment;
}

std::string route_to_reach(strike_point point) {
    switch (point) {
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

}  // namespace stormdrain
