#include "harness/checks/request_fate.hpp"

#include "harness/checks/evidence.hpp"
#include "harness/checks/rules/descriptor_limit_exit.hpp"
#include "harness/checks/rules/drain_status.hpp"
#include "harness/checks/rules/goaway.hpp"
#include "harness/checks/rules/keep_alive_race.hpp"
#include "harness/checks/rules/link_in_path.hpp"
#include "harness/checks/rules/refused_after_stop.hpp"
#include "harness/checks/rules/request_times.hpp"
#include "harness/checks/rules/reset_after_answer.hpp"
#include "harness/checks/rules/second_signal.hpp"
#include "harness/checks/rules/stop_race.hpp"
#include "harness/checks/rules/truncated_by_fast_stop.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

using rules::is_reused;
using rules::sent_at;

request_fate failed(std::string_view finding_id, std::string why) {
    request_fate fate;
    fate.outcome = request_fate::kind::failed;
    fate.finding_id = finding_id;
    fate.why = std::move(why);
    return fate;
}

request_fate excused(std::string_view rule, std::string why) {
    request_fate fate;
    fate.outcome = request_fate::kind::excused;
    fate.rule = rule;
    fate.why = std::move(why);
    return fate;
}

request_fate out_of_judgement(std::string why) {
    request_fate fate;
    fate.outcome = request_fate::kind::not_judged;
    fate.why = std::move(why);
    return fate;
}

bool ended_after_stop(const request_row& row, const request_surroundings& around) {
    return rules::ended_after(row, around.stop_triggered);
}

std::string how_it_ended(const request_row& row) {
    return row.end == request_end::reset ? "reset" : "closed";
}

// HTTP/2: the connection goes on. What the client's link says of it begins so.
bool is_stream_reset(const request_row& row) {
    return row.stream != 0 && row.end == request_end::reset && row.error.starts_with("RST_STREAM");
}

request_fate fate_of_answered(const request_row& row, const request_surroundings& around) {
    const std::string status = std::to_string(row.status);
    return rules::is_drain_answer(row, around.stop_triggered, around.at_stop)
               ? excused("R6", status + " while draining")
               : failed("request_failed", "was answered with unexpected status " + status);
}

request_fate fate_of_unconnected(const request_row& row, const request_surroundings& around) {
    return rules::is_refused_by_stop(row, around.stop_triggered)
               ? excused("R3", "not connected after the stop")
               : failed("request_failed",
                        "could not connect while the server should be serving: " + row.error);
}

request_fate fate_of_handshake(const request_row& row, const request_surroundings& around) {
    // No request was sent wholly before the stop, so R2 holds.
    if (ended_after_stop(row, around)) {
        return excused("R2", "handshake ended by the stop");
    }
    return failed("handshake_failed", "TLS handshake failed: " + row.error);
}

// R1, R2, R4: empty when the server owed it an answer.
std::optional<request_fate> race_of(const request_row& row, const request_surroundings& around) {
    const path_delay& way = around.path.to_target;
    const std::optional<since_start> stop = rules::stop_as_sent(around.stop_triggered, way);
    const request_row at_server = rules::as_server_saw(row, way);
    const rules::legal_race on_reused =
        rules::keep_alive_race_of(at_server, stop, around.while_running);
    if (!on_reused.why.empty()) {
        request_fate race = excused("R1", on_reused.why);
        race.is_running_race = on_reused.is_running;
        return race;
    }
    if (!stop) {
        return {};
    }
    contract queue = around.at_stop;
    queue.drains_backlog = queue.drains_backlog && !rules::passes_link(around.path);
    const since_start owed = rules::owed_before(*stop, queue, around.standstills);
    const std::string on_fresh = rules::stop_race_of(row, *stop, owed);
    if (on_fresh.empty()) {
        return {};
    }
    const bool was_queued = rules::is_accept_queue_reset(row, *stop, owed);
    return excused(was_queued ? "R4" : "R2", on_fresh);
}

request_fate fate_of_cut_request(const request_row& row, const request_surroundings& around) {
    if (const auto race = race_of(row, around)) {
        return *race;
    }
    if (rules::is_cut_by_fast_stop(row, around.stop_triggered, around.at_stop)) {
        return excused("R7", "dropped by a fast stop");
    }
    if (is_stream_reset(row)) {
        return failed("request_failed", "had its stream reset instead of an answer");
    }
    const bool could_announce = !around.is_scripted;
    if (could_announce && is_reused(row) && row.idle_before < rules::prompt_close &&
        !ended_after_stop(row, around)) {
        return failed("unannounced_close", "found its connection " + how_it_ended(row) + " " +
                                               to_text(row.idle_before) +
                                               " after a response that did not announce a close");
    }
    return failed("connection_severed", "got its connection " + how_it_ended(row) +
                                            " instead of an answer" +
                                            (ended_after_stop(row, around) ? " at the stop" : ""));
}

std::string received(const request_row& row) {
    return std::to_string(row.body_bytes) +
           (row.body_announced ? " of " + std::to_string(*row.body_announced) : "") + " body bytes";
}

// HTTP/2, by R23: R1 and R2 excuse what a client cannot know, and this one has been told.
request_fate fate_of_counted_stream(const request_row& row, const request_surroundings& around) {
    if (rules::is_cut_by_fast_stop(row, around.stop_triggered, around.at_stop)) {
        return excused("R7", "dropped by a fast stop");
    }
    return failed("stream_lost", "was not answered on stream " + std::to_string(row.stream) +
                                     ", although the GOAWAY counted every stream up to " +
                                     std::to_string(*row.goaway_last_stream) +
                                     " among those that are");
}

request_fate fate_of_cut_response(const request_row& row, const request_surroundings& around) {
    if (rules::is_reset_after_answer(row)) {
        return excused("R5", "the response was whole before the reset");
    }
    if (rules::is_cut_by_fast_stop(row, around.stop_triggered, around.at_stop)) {
        return excused("R7", "cut by a fast stop");
    }
    const std::string how =
        is_stream_reset(row) ? "had its stream reset" : "got its connection " + how_it_ended(row);
    return failed("response_truncated", how + " after " + received(row) +
                                            (ended_after_stop(row, around) ? " at the stop" : ""));
}

request_fate fate_of_lost(const request_row& row, const request_surroundings& around) {
    if (rules::is_forgotten_at_stop(row, around.stop_triggered, around.stop_finished)) {
        return excused("R2", "sent after the stop");
    }
    return failed("request_failed", row.response_bytes == 0
                                        ? "was lost: no answer until its deadline"
                                        : "was lost: its answer was not whole by its "
                                          "deadline, after " +
                                              received(row));
}

std::string what_came_instead(const request_row& row, const request_surroundings& around) {
    constexpr int switching_protocols = 101;
    if (around.is_scripted) {
        return "got another answer than its script expects: ";
    }
    if (row.status == switching_protocols) {
        return "was a message in a tunnel and did not come back: ";
    }
    return row.stream != 0 ? "got an answer that is not HTTP/2: "
                           : "got an answer that is not HTTP/1.1: ";
}

// As if every origin had done its part.
request_fate fate_before_strikes(const request_row& row, const request_surroundings& around) {
    if (row.end == request_end::harness_failed) {
        return out_of_judgement("the harness could not send it: " + row.error);
    }
    if (row.end == request_end::abandoned) {
        return out_of_judgement("the cycle ended first");
    }
    if (around.end_forced && row.ended >= *around.end_forced) {
        return out_of_judgement("the harness was killing the server; see shutdown_deadline");
    }
    if (const disturbance* during = disturbance_of(row, around.disturbances)) {
        return excused(rule_of_disturbed(row), "disturbed by fault " + during->fault);
    }
    if (row.end == request_end::unprocessed) {
        return excused("R23", "above the last stream of the GOAWAY, it may be asked again");
    }
    if (rules::is_counted_stream(row, around.stop_triggered)) {
        return fate_of_counted_stream(row, around);
    }
    const bool answer_began = row.response_bytes > 0 || row.first_byte_received.has_value();
    switch (row.end) {
        case request_end::answered:
            return fate_of_answered(row, around);
        case request_end::refused:
        case request_end::connect_failed:
            return fate_of_unconnected(row, around);
        case request_end::handshake_failed:
            return fate_of_handshake(row, around);
        case request_end::reset:
        case request_end::end_of_stream:
            return answer_began ? fate_of_cut_response(row, around)
                                : fate_of_cut_request(row, around);
        case request_end::timed_out:
            return fate_of_lost(row, around);
        case request_end::malformed:
            return failed("request_failed", what_came_instead(row, around) + row.error);
        case request_end::harness_failed:
        case request_end::abandoned:
        case request_end::unprocessed:
            break;
    }
    return out_of_judgement("it has no end");
}

// Whether it may cost requests, and from then on all of them.
enum class disturbs { nothing, while_it_stands, to_the_end };

disturbs disturbing(const fault_record& fault, const cycle_record& record,
                    const promises& promised) {
    const bool ends_it = fault.ends_the_server ||
                         rules::is_exit_at_limit(fault, {record.exited, record.stop.triggered},
                                                 promised.while_running);
    if (ends_it) {
        return disturbs::to_the_end;
    }
    if (fault.kind == "second_signal") {
        if (!rules::may_disturb(promised.at_stop)) {
            return disturbs::nothing;
        }
        return rules::may_end_at_once(promised.at_stop) ? disturbs::to_the_end
                                                        : disturbs::while_it_stands;
    }
    return fault.disturbs_requests ? disturbs::while_it_stands : disturbs::nothing;
}

void add_disturbances(std::vector<disturbance>& disturbances, const fault_record& fault,
                      const cycle_record& record, const promises& promised) {
    const disturbs how = disturbing(fault, record, promised);
    for (const injection& one : fault.injections) {
        if (one.delivered && how != disturbs::nothing) {
            const bool has_end = how == disturbs::while_it_stands;
            disturbances.push_back(
                {fault.kind, one.struck, has_end ? std::optional(one.ended) : std::nullopt});
        }
    }
}

std::vector<rules::standstill> standstills_of(const cycle_record& record) {
    std::vector<rules::standstill> standstills;
    for (const fault_record& fault : record.faults) {
        for (const injection& one : fault.injections) {
            if (fault.kind == "pause_server" && one.delivered) {
                standstills.push_back({one.struck, one.ended});
            }
        }
    }
    return standstills;
}

}  // namespace

request_surroundings surroundings_of(const cycle_record& record, const promises& promised) {
    request_surroundings around;
    around.stop_triggered = record.stop.triggered;
    around.stop_finished = record.stop.finished;
    around.end_forced = forced_at(record);
    around.at_stop = promised.at_stop;
    around.while_running = promised.while_running;
    around.standstills = standstills_of(record);
    around.is_scripted = record.is_scripted;
    around.origin_strikes = strikes_of(record);
    around.path = record.path;
    around.path.to_target = rules::worst_way(record.path, record.health.canary_slip_max);
    for (const fault_record& fault : record.faults) {
        add_disturbances(around.disturbances, fault, record, promised);
    }
    return around;
}

bool was_disturbed(const request_surroundings& around, since_start from, since_start to) {
    return std::ranges::any_of(around.disturbances, [&](const disturbance& during) {
        return to >= during.began && (!during.ended || from <= *during.ended);
    });
}

request_fate fate_of(const request_row& seen, const request_surroundings& around) {
    const request_row row = rules::as_without_link(seen, around.path);
    const request_fate fate = fate_before_strikes(row, around);
    if (fate.outcome != request_fate::kind::failed) {
        return fate;
    }
    if (const link_strike* const by_link = rules::strike_on(row, around.path)) {
        return excused("R31", "its connection was struck by toxic " + by_link->toxic);
    }
    if (rules::may_have_been_struck(around.path)) {
        return out_of_judgement("toxics struck more connections than were written down");
    }
    const disturbance* const strike = strike_behind(row, around.origin_strikes);
    if (strike == nullptr) {
        return fate;
    }
    request_fate by_origin = excused("R25", "its origin was struck by fault " + strike->fault);
    by_origin.is_origins_doing = true;
    return by_origin;
}

}  // namespace stormdrain
