#include "faults/fault.hpp"

#include <algorithm>
#include <array>

namespace stormdrain {
namespace {

constexpr std::array<std::string_view, held_conditions_count> condition_words{
    "none",         "idle_keep_alive", "silent",         "partial_header",
    "partial_body", "in_flight",       "stalled_reader", "slow_reader",
    "half_closed",  "fin_ignored",     "vanished"};

constexpr std::array<std::string_view, 12> point_words{
    "connect", "handshake",        "request_headers", "request_body",
    "handler", "response_headers", "response_body",   "idle",
    "start",   "serving",          "after_stop",      "origin"};

}  // namespace

std::string_view to_text(held_condition condition) {
    return condition_words.at(static_cast<std::size_t>(condition));
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
