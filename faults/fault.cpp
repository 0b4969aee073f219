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
