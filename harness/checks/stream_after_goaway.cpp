#include "harness/checks/evidence.hpp"
#include "harness/checks/request_checks.hpp"

#include <utility>

namespace stormdrain::checks {
namespace {

std::string describe(const http2_connection_row& row) {
    return "connection " + std::to_string(row.connection) + " heard " + instant(row.last_goaway) +
           " that no stream above " + std::to_string(row.last_stream) + " is processed, and had " +
           counted(row.answered_above_goaway, "answer") + " to such; its last stream was " +
           std::to_string(row.highest_stream);
}

judgement examine(const cycle_record& record, const promises&) {
    std::uint64_t told_count = 0;
    std::uint64_t broken_count = 0;
    std::vector<std::string> evidence;
    for (const http2_connection_row& row : record.requests.http2) {
        told_count += row.goaways_count > 0 ? 1U : 0U;
        if (row.answered_above_goaway > 0) {
            ++broken_count;
            add_bounded(evidence, describe(row));
        }
    }
    if (told_count == 0) {
        return not_applicable("no connection of the load heard a GOAWAY");
    }
    if (broken_count == 0) {
        return kept();
    }
    const std::string first = evidence.front();
    return broken(std::to_string(broken_count) + " of " + counted(told_count, "HTTP/2 connection") +
                      " had streams answered that the GOAWAY calls unprocessed, whose clients ask "
                      "them again (RFC 9113 section 8.7): " +
                      first,
                  std::move(evidence));
}

}  // namespace

extern const check stream_after_goaway;
const check stream_after_goaway{
    .name = "stream_after_goaway",
    .summary = "A stream above the last one that a GOAWAY names is not processed.",
    .examine = examine,
};

}  // namespace stormdrain::checks
