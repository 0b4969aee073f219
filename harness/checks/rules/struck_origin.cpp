#include "harness/checks/rules/struck_origin.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool may_be_origins_doing(const request_row& row, const struck_time& strike) {
    if (row.ended < strike.began || row.started > strike.ended + origin_notice_time) {
        return false;
    }
    switch (row.end) {
        case request_end::answered:
            return row.status == 502 || row.status == 503 || row.status == 504;
        case request_end::reset:
        case request_end::end_of_stream:
        case request_end::timed_out:
            return true;
        default:
            return false;
    }
}

extern const rule struck_origin;
const rule struck_origin{
    .number = "R25",
    .name = "struck_origin",
    .summary =
        "A 502, 503, 504 or a cut answer is excused while the harness strikes at the origin behind "
        "a proxy, as many times as it struck.",
    .source = "RFC 9110 sections 15.6.3 to 15.6.5",
};

}  // namespace stormdrain::rules
