#include "harness/checks/request_checks.hpp"

namespace stormdrain::checks {

extern const check request_failed;
const check request_failed{
    .name = "request_failed",
    .summary =
        "Every request is answered as its route says, while the server runs and during its drain.",
    .starvation = check::timing::sensitive,
    .examine =
        [](const cycle_record& record, const promises& promised) {
            return judge_requests("request_failed", record, promised);
        },
};

}  // namespace stormdrain::checks
