#include "faults/fault.hpp"

#include <algorithm>
#include <array>

namespace stormdrain {
namespace {

constexpr std::array<std::string_view, held_conditions_count> condition_words{
    "none",         "idle_keep_alive", "silent",         "partial_header",
    "partial_body", "in_flight",       "stalled_reader", "slow_reader",
    "half_closed",  "fin_ignored",     "vanished",       "one_byte",
    "tls_hello",    "tls_handshake",   "becomes_idle",   "upgraded"};

constexpr std::array<std::string_view, 12> point_words{
    "connect", "handshake",        "request_headers", "request_body",
    "handler", "response_headers", "response_body",   "idle",
    "start",   "serving",          "after_stop",      "origin"};

}  // namespace

std::string_view to_text(held_condition condition) {
    return condition_words.at(static_cast<std::size_t>(condition));
}

// Without a default: a condition that is added has to say what it is.
std::string_view summary_of(held_condition condition) {
    switch (condition) {
        case held_condition::none:
            return "Nothing is left of any client when the server is told to stop.";
        case held_condition::idle_keep_alive:
            return "A client has its answer and keeps its connection open for the next request.";
        case held_condition::silent:
            return "A client has connected and sent not one byte.";
        case held_condition::partial_header:
            return "A client has begun the header of its request and not finished it.";
        case held_condition::partial_body:
            return "A client has begun the body of its request and not finished it.";
        case held_condition::in_flight:
            return "A client waits for its answer: the request is being handled.";
        case held_condition::stalled_reader:
            return "A client reads nothing of its answer, so that a zero window blocks the server.";
        case held_condition::slow_reader:
            return "A client reads its answer a few bytes at a time.";
        case held_condition::half_closed:
            return "A client has sent FIN behind its request and goes on reading.";
        case held_condition::fin_ignored:
            return "A client leaves its end open although the server has closed its own.";
        case held_condition::vanished:
            return "A client is gone without FIN or RST, and acknowledges nothing any more.";
        case held_condition::one_byte:
            return "A client has sent the first byte of a request and no other.";
        case held_condition::tls_hello:
            return "A client has begun its TLS ClientHello and not finished it.";
        case held_condition::tls_handshake:
            return "A client has sent its TLS ClientHello and not gone on with the handshake.";
        case held_condition::becomes_idle:
            return "A client gets its answer behind the stop, and then leaves the connection open.";
        case held_condition::upgraded:
            return "A client has been given another protocol on its connection and uses it.";
    }
    return "";
}

held_condition less_particular(held_condition condition) {
    switch (condition) {
        case held_condition::one_byte:
            return held_condition::partial_header;
        case held_condition::tls_hello:
        case held_condition::tls_handshake:
            return held_condition::silent;
        case held_condition::becomes_idle:
            return held_condition::idle_keep_alive;
        case held_condition::upgraded:
            return held_condition::in_flight;
        default:
            return held_condition::none;
    }
}

std::string_view to_text(strike_point point) {
    return point_words.at(static_cast<std::size_t>(point));
}

bool strikes_process(strike_point point) {
    return point >= strike_point::start && point <= strike_point::after_stop;
}

bool strikes_connection(strike_point point) {
    return point < strike_point::start;
}

const fault_kind* find_fault(std::string_view name) {
    const auto catalogue = fault_catalogue();
    const auto found = std::ranges::find(catalogue, name, &fault_kind::name);
    return found == catalogue.end() ? nullptr : *found;
}

}  // namespace stormdrain
