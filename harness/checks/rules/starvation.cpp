#include "harness/checks/rules/starvation.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool is_starved(duration timer_slip) {
    return timer_slip > starvation_limit;
}

bool is_starved(const cpu_want& server) {
    return server.kept_from_it() * starvation_parts > server.within;
}

extern const rule starvation;
const rule starvation{
    .number = "R22",
    .name = "starvation",
    .summary =
        "Where a timer of the harness itself fires more than 250 ms late nothing that depends on "
        "time is judged, and where others kept the server from the CPU for a quarter of a second "
        "nothing that depends on time is held against it; the cycle is repeated.",
    .source = "shared CI machines",
};

}  // namespace stormdrain::rules
