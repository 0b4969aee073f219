#include "harness/checks/evidence.hpp"
#include "harness/checks/request_fate.hpp"
#include "harness/checks/rules/tunnel_end.hpp"
#include "harness/checks/traits.hpp"

#include <utility>

namespace stormdrain::checks {
namespace {

// The stop found it open, and it was the server that ended it, of its own accord.
bool was_stopped(const websocket_row& row, const request_surroundings& around) {
    const since_start stop = *around.stop_triggered;
    const bool is_ended = row.closed_by_server || row.told;
    return row.opened < stop && row.ended >= stop && (!row.told || *row.told >= stop) && is_ended &&
           !row.left_by_client && (!around.end_forced || row.ended < *around.end_forced) &&
           !was_disturbed(around, stop, row.ended);
}

// Who cuts its WebSockets as the stop comes has another defect than who waits for clients that know
// of no stop until its time is up. By FIN or by RST is chance: that of a message under way.
std::string way_of_ending(const websocket_row& row, const stop_record& stop) {
    if (row.told) {
        return "told Close " + std::to_string(row.close_code);
    }
    const bool is_at_once = row.ended - *stop.triggered < stop.promised / 2;
    return is_at_once ? "no Close frame, cut as the stop came"
                      : "no Close frame, cut when its time was up";
}

judgement examine(const cycle_record& record, const promises& promised) {
    if (record.requests.websockets_count == 0) {
        return not_applicable("no WebSocket of the load met the stop");
    }
    if (!promised.at_stop.websocket_close) {
        return not_applicable("the target does not say what a stop tells a WebSocket");
    }
    const request_surroundings around = surroundings_of(record, promised);
    if (!around.stop_triggered) {
        return not_applicable("no stop was triggered");
    }
    std::uint64_t stopped_count = 0;
    std::uint64_t wrong_count = 0;
    std::vector<std::string> ways;
    std::vector<std::string> evidence;
    for (const websocket_row& row : record.requests.websockets) {
        if (!was_stopped(row, around)) {
            continue;
        }
        ++stopped_count;
        const std::string wrong = rules::wrong_farewell(row, promised.at_stop);
        if (!wrong.empty()) {
            ++wrong_count;
            ways.push_back(way_of_ending(row, record.stop));
            add_bounded(evidence, "connection " + std::to_string(row.connection) + " " + wrong +
                                      ", " + instant(row.told ? row.told : row.ended));
        }
    }
    if (stopped_count == 0) {
        return not_applicable("the server ended no WebSocket at the stop");
    }
    if (evidence.empty()) {
        return kept();
    }
    const std::string first = evidence.front();
    evidence.push_back("stop " + record.stop.mode + " triggered " + instant(record.stop.triggered));
    std::string message =
        "promised to tell WebSockets by Close " +
        std::to_string(*promised.at_stop.websocket_close) +
        " (RFC 6455 section 7.4.1) before it closes them: " + std::to_string(wrong_count) + " of " +
        counted(stopped_count, "WebSocket") + " heard something else, the first " + first;
    return identified_by(broken(std::move(message), std::move(evidence)), {most_frequent(ways)});
}

}  // namespace

extern const check close_frame_missing;
const check close_frame_missing{
    .name = "close_frame_missing",
    .summary = "A stop tells WebSockets by a Close frame before it closes them.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
