#include "harness/checks/request_checks.hpp"

namespace stormdrain::checks {

extern const check handshake_failed;
const check handshake_failed{
    .name = "handshake_failed",
    .summary = "Every TLS handshake completes while the server runs.",
    .starvation = check::timing::sensitive,
    .examine =
        [](const cycle_record& record, const promises& promised) {
            return judge_requests("handshake_failed", record, promised);
        },
};

}  // namespace stormdrain::checks
