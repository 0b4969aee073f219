#include "harness/checks/rules/client_caused.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool is_client_caused(const injection& happened) {
    return !happened.idle_since && !happened.demanded;
}

extern const rule client_caused;
const rule client_caused{
    .number = "R8",
    .name = "client_caused",
    .summary =
        "A connection that the harness itself reset, stalled, half-closed or garbled is never an "
        "error of the server; it only shows in descriptors, processor time and deadlines.",
    .source = "RFC 9112 section 9.5",
};

}  // namespace stormdrain::rules
