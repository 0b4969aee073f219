#include "harness/checks/request_fate.hpp"

namespace stormdrain::checks {

extern const check unannounced_close;
const check unannounced_close{
    .name = "unannounced_close",
    .summary = "A server that closes a connection after a response says so in that response.",
    .starvation = check::timing::sensitive,
    .examine =
        [](const cycle_record& record, const promises& promised) {
            return judge_requests("unannounced_close", record, promised);
        },
};

}  // namespace stormdrain::checks
