#include "harness/checks/request_fate.hpp"

namespace stormdrain::checks {

extern const check connection_severed;
const check connection_severed{
    .name = "connection_severed",
    .summary = "A request that reached the server is answered before its connection ends.",
    .starvation = check::timing::sensitive,
    .examine =
        [](const cycle_record& record, const promises& promised) {
            return judge_requests("connection_severed", record, promised);
        },
};

}  // namespace stormdrain::checks
