#include "harness/checks/rules/deferred_accept.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool is_deferred(const fault_record& fault, const running_contract& promised) {
    // A handshake of which nothing was said yet is such a connection too.
    return promised.defer_accept && fault.delivered_count == 0 &&
           (fault.point == to_text(strike_point::connect) ||
            fault.held_back_count == fault.planned_count);
}

extern const rule deferred_accept;
const rule deferred_accept{
    .number = "R11",
    .name = "deferred_accept",
    .summary =
        "Connections without a byte never reach a server that defers accepting: what a fault "
        "cannot deliver there is no finding and no doubt, and its client is closed without a word.",
    .source = "tcp(7), TCP_DEFER_ACCEPT; Apache httpd AcceptFilter",
};

}  // namespace stormdrain::rules
