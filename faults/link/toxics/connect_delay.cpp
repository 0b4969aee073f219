// The upstream is dialled a while after the client was accepted: to the client the connection
// stands, and nothing answers on it.

#include "faults/link/toxic.hpp"

#include <array>

namespace stormdrain::toxics {

namespace {

constexpr std::array<attribute, 1> attributes{{
    {.name = "delay",
     .measure = attribute::unit::milliseconds,
     .max = toxic_milliseconds_max,
     .is = attribute::need::required},
}};

std::unique_ptr<toxic_state> make(const attribute_values&, const toxic_start&) {
    return nullptr;
}

dial_change before_dial(const attribute_values& values) {
    return {.delay = std::chrono::microseconds(values[0])};
}

duration delay_max(const attribute_values& values) {
    return std::chrono::microseconds(values[0]);
}

}  // namespace

extern const toxic_kind connect_delay{
    "connect_delay", "The upstream is dialled a while after the client was accepted.",
    attributes,      make,
    before_dial,     toxic_harm::none,
    delay_max};

}  // namespace stormdrain::toxics
