#include "harness/checks/evidence.hpp"
#include "harness/checks/request_checks.hpp"
#include "harness/checks/rules/truncated_by_fast_stop.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain::checks {
namespace {

// Of answered requests only: the rows of the others are judged as such.
judgement judge_false_ends(const cycle_record& record) {
    const request_tally& requests = record.requests;
    std::vector<std::string> evidence;
    for (const request_row& row : requests.across_stop) {
        const auto usual = std::ranges::find(requests.bodies, row.route, &body_sizes::route);
        if (usual != requests.bodies.end() &&
            rules::is_false_end(row, record.stop.triggered, *usual)) {
            add_bounded(evidence, "request " + std::to_string(row.id) + " (" + row.route +
                                      ", connection " + std::to_string(row.connection) + ") got " +
                                      std::to_string(row.body_bytes) +
                                      " bytes and the last chunk " + instant(row.ended) + ", all " +
                                      grouped(usual->count) + " answers before " +
                                      std::to_string(usual->min));
        }
    }
    if (evidence.empty()) {
        return requests.across_stop.empty() ? not_applicable("no answer met the stop") : kept();
    }
    const std::string first = evidence.front();
    return broken(
        "an answer was cut by the stop, and ended as if it were whole (RFC 9112 section "
        "8): " +
            first,
        std::move(evidence));
}

judgement examine(const cycle_record& record, const promises& promised) {
    return joined(judge_requests("response_truncated", record, promised), judge_false_ends(record));
}

}  // namespace

extern const check response_truncated;
const check response_truncated{
    .name = "response_truncated",
    .summary = "A response that has begun is completed, also when the stop comes meanwhile.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
