// It fails open: the origin answers, the client gets its 200, and a ratio of reuse looks healthy.

#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"

#include <algorithm>

namespace stormdrain::checks {
namespace {

std::string describe(const misdirected_request& request) {
    return request.path + " for the host " + request.host + " on connection " +
           std::to_string(request.connection) + ", which was made for " + request.sni + ", " +
           instant(request.at);
}

judgement examine(const cycle_record& record, const promises&) {
    std::uint64_t judged = 0;
    std::uint64_t misdirected = 0;
    std::vector<std::string> evidence;
    for (const origin_record& origin : record.origins) {
        judged += origin.judged_count;
        misdirected += origin.misdirected_count;
        for (const misdirected_request& request : origin.misdirected) {
            add_bounded(evidence, describe(request));
        }
    }
    const bool any_tls = std::ranges::any_of(record.origins, [](const origin_record& origin) {
        return origin.speaks == origin_protocol::https;
    });
    if (!any_tls) {
        return not_applicable("the target has no origin that speaks TLS");
    }
    if (judged == 0) {
        return not_applicable("no request came on a connection that named one of the hosts (SNI)");
    }
    if (misdirected == 0) {
        return kept();
    }
    const std::string first = evidence.empty() ? "" : ": " + evidence.front();
    return broken("promised to send a request on a connection that was made for its host: " +
                      std::to_string(misdirected) + " of " + counted(judged, "request") +
                      " went astray" + first,
                  std::move(evidence));
}

}  // namespace

extern const check misdirected_request;
const check misdirected_request{
    .name = "misdirected_request",
    .summary = "No request goes to an origin on a connection whose SNI names another host.",
    .examine = examine,
};

}  // namespace stormdrain::checks
