#include "harness/checks/request_checks.hpp"

namespace stormdrain::checks {
namespace {

judgement examine(const cycle_record& record, const promises& promised) {
    if (!speaks_http2(record.requests)) {
        return not_applicable("no load over HTTP/2 heard a GOAWAY");
    }
    return judge_requests("stream_lost", record, promised);
}

}  // namespace

extern const check stream_lost;
const check stream_lost{
    .name = "stream_lost",
    .summary = "A stream that a GOAWAY does not exclude is answered.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
