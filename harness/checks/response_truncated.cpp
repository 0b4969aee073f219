#include "harness/checks/request_fate.hpp"

namespace stormdrain::checks {

extern const check response_truncated;
const check response_truncated{
    .name = "response_truncated",
    .summary = "A response that has begun is completed, also when the stop comes meanwhile.",
    .starvation = check::timing::sensitive,
    .examine =
        [](const cycle_record& record, const promises& promised) {
            return judge_requests("response_truncated", record, promised);
        },
};

}  // namespace stormdrain::checks
