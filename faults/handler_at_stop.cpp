#include "faults/handler_at_stop.hpp"

#include "harness/base/concurrently.hpp"

#include <cstdint>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// Long enough for the server to accept and to parse; a route that is answered sooner is over before
// any stop could find it.
constexpr duration time_in_handler = std::chrono::milliseconds(20);
// A harness that is starved for that long sees an answer too early, which says nothing of the
// route.
constexpr int looks_max = 3;
// Several connections begin at different times: what befalls the answer of one as the stop begins
// does not befall all of them.
constexpr duration stagger_max = std::chrono::milliseconds(150);

// The stop has begun just now. Empty: what it found was no request in its handler (noted).
std::string look_at_request(strike_attempt& here, const http_exchange& exchange) {
    boost::system::error_code error;
    const std::size_t arrived = here.connection().socket().available(error);
    if (exchange.is_over() || exchange.report().first_byte_received || error || arrived > 0) {
        here.not_delivered("an answer was on its way as the stop began: no request in its handler");
        return {};
    }
    const std::optional<tcp_socket_facts> server = here.established_server_socket();
    if (!server) {
        return {};
    }
    // Through a link it arrives later by what its toxics hold it back.
    const std::optional<time_point>& sent = exchange.report().all_sent;
    const bool has_arrived = sent && clock::now() - *sent >= here.connection().row().way_up;
    if (!has_arrived || server->receive_queue_bytes > 0) {
        here.not_delivered("the server had not read the request when the stop began");
        return {};
    }
    return "a request that was read by the server, no byte of its answer received";
}

// It is over, and the stop has not come.
void note_end(strike_attempt& here, const http_exchange& exchange) {
    here.saw_response(exchange);
    if (exchange.report().persists) {
        here.not_delivered("the answer came before any stop could find the request handled");
    } else if (exchange.report().end == exchange_end::whole) {
        here.unavailable(why_cut_short(exchange.report()));  // as in strike_attempt::exchange()
    } else {
        here.not_delivered(why_cut_short(exchange.report()));
    }
}

}  // namespace

asio::awaitable<handled_request> handler_at_stop(strike_attempt& here,
                                                 const rendered_request& request) {
    fault_context& context = here.context();
    const auto stagger = context.random.below(static_cast<std::uint64_t>(stagger_max.count()));
    co_await here.pause(duration(static_cast<duration::rep>(stagger)));
    handled_request found;
    bool is_ready = false;
    int looks_count = 0;
    const duration in_handler_after = time_in_handler + here.connection().row().way_up;
    bool goes_on = true;
    while (goes_on) {
        found.exchange = std::make_unique<http_exchange>(here.connection(), request);
        http_exchange& exchange = *found.exchange;
        co_await exchange.send(here.deadline());
        if (!is_ready) {
            co_await first_of(exchange.receive(here.deadline()), here.pause(in_handler_after));
            is_ready = !exchange.is_over();
            ++looks_count;
        }
        if (is_ready) {
            here.in_position();
            co_await first_of(exchange.receive(context.deadline), until_stop_or_release(context));
        }
        goes_on = exchange.report().persists && !here.stop_has_begun() &&
                  !context.released.is_open() && (is_ready || looks_count < looks_max);
    }
    if (here.stop_has_begun()) {
        found.moment = look_at_request(here, *found.exchange);
        const std::optional<time_point> sent = found.exchange->report().all_sent;
        found.age = sent ? clock::now() - *sent : duration::zero();
    } else if (context.released.is_open()) {
        here.not_delivered("it was let go of before the stop");
    } else {
        note_end(here, *found.exchange);
    }
    if (found.moment.empty()) {
        found.exchange.reset();
    } else {
        found.moment += ", " + to_text(found.age) + " after it was sent";
    }
    co_return found;
}

}  // namespace stormdrain
