#include "harness/checks/evidence.hpp"
#include "harness/checks/request_checks.hpp"
#include "harness/checks/request_fate.hpp"
#include "harness/checks/rules/goaway.hpp"

#include <utility>

namespace stormdrain::checks {
namespace {

// The stop found it open and in use (before its first answer the server may not know that it speaks
// HTTP/2), and it was the server that ended it, of its own accord.
bool was_stopped(const http2_connection_row& row, const cycle_record& record,
                 const request_surroundings& around) {
    const since_start stop = *around.stop_triggered;
    return row.opened < stop && row.ended >= stop && row.closed_by_server &&
           row.answered_count > 0 && (!around.end_forced || row.ended < *around.end_forced) &&
           !was_disturbed(around, stop, row.ended) && record.start.served.has_value();
}

std::string describe_silent(const http2_connection_row& row) {
    return "connection " + std::to_string(row.connection) + " was closed " + instant(row.ended) +
           " without a GOAWAY: its client cannot know which of its streams, the last is " +
           std::to_string(row.highest_stream) + ", it may ask again";
}

std::string describe_abrupt(const http2_connection_row& row) {
    return "connection " + std::to_string(row.connection) + " heard its first GOAWAY " +
           instant(row.first_goaway) + ", which excluded every stream above " +
           std::to_string(row.first_last_stream) + " while stream " +
           std::to_string(row.highest_stream_at_first) + " was already asked";
}

judgement judge_connections(const cycle_record& record, const request_surroundings& around,
                            goaway_promise promised) {
    std::uint64_t stopped_count = 0;
    std::uint64_t silent_count = 0;
    std::vector<std::string> evidence;
    for (const http2_connection_row& row : record.requests.http2) {
        if (!was_stopped(row, record, around)) {
            continue;
        }
        ++stopped_count;
        if (row.goaways_count == 0) {
            ++silent_count;
            add_bounded(evidence, describe_silent(row));
        } else if (promised == goaway_promise::in_two_steps && rules::refuses_without_notice(row)) {
            add_bounded(evidence, describe_abrupt(row));
        }
    }
    if (stopped_count == 0) {
        return not_applicable("the server ended no HTTP/2 connection at the stop");
    }
    if (evidence.empty()) {
        return kept();
    }
    const std::string first = evidence.front();
    evidence.push_back("stop " + record.stop.mode + " triggered " + instant(record.stop.triggered));
    if (silent_count > 0) {
        return broken(std::to_string(silent_count) + " of " +
                          counted(stopped_count, "HTTP/2 connection") +
                          " that the stop closed heard no GOAWAY (RFC 9113 section 6.8): " + first,
                      std::move(evidence));
    }
    return broken(
        "promised to announce the GOAWAY that counts by one that refuses nothing: " + first,
        std::move(evidence));
}

judgement examine(const cycle_record& record, const promises& promised) {
    if (!speaks_http2(record.requests)) {
        return not_applicable("the load met no stop over HTTP/2");
    }
    const goaway_promise wanted = rules::promised_goaway(promised.at_stop);
    if (wanted == goaway_promise::none) {
        return not_applicable("the target does not promise a GOAWAY in this stop mode");
    }
    const request_surroundings around = surroundings_of(record, promised);
    if (!around.stop_triggered) {
        return not_applicable("no stop was triggered");
    }
    return judge_connections(record, around, wanted);
}

}  // namespace

extern const check goaway_missing;
const check goaway_missing{
    .name = "goaway_missing",
    .summary = "A stop tells HTTP/2 connections by GOAWAY before it closes them.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
