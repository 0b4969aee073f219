#include "harness/checks/request_fate.hpp"

#include "harness/checks/evidence.hpp"
#include "harness/checks/legal_close.hpp"
#include "harness/load/syn_retries.hpp"

#include <algorithm>
#include <iterator>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

// R1: how long before the stop a request on a reused connection may have been sent and still
// race with the server's close.
constexpr duration reuse_race = 50ms;
// R2, R4: the same for fresh connections, which wait in the accept queue first.
constexpr duration fresh_race = 100ms;
// R7: a fast stop may cut responses, but must do so promptly.
constexpr duration truncation_limit = 1s;

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

since_start sent_at(const request_row& row) {
    return row.first_byte_sent.value_or(row.started);
}

bool is_reused(const request_row& row) {
    return row.number_on_connection > 0;
}

bool sent_wholly_before(const request_row& row, since_start instant) {
    return row.all_sent && *row.all_sent < instant;
}

bool ended_after_stop(const request_row& row, const request_surroundings& around) {
    return around.stop_triggered && row.ended >= *around.stop_triggered;
}

bool sent_after_stop(const request_row& row, const request_surroundings& around) {
    return around.stop_triggered && sent_at(row) >= *around.stop_triggered;
}

bool may_truncate(const request_surroundings& around) {
    return around.at_stop.in_flight == in_flight_promise::truncate;
}

std::string how_it_ended(const request_row& row) {
    return row.end == request_end::reset ? "reset" : "closed";
}

// R6
request_fate fate_of_answered(const request_row& row, const request_surroundings& around) {
    const std::string status = std::to_string(row.status);
    const auto& listed = around.at_stop.drain_statuses;
    if (ended_after_stop(row, around) && std::ranges::find(listed, row.status) != listed.end()) {
        const bool was_owed = sent_wholly_before(row, *around.stop_triggered - fresh_race);
        if (!was_owed || may_truncate(around)) {
            return excused("R6", status + " while draining");
        }
    }
    return failed("request_failed", "was answered with unexpected status " + status);
}

// R3, R20
request_fate fate_of_unconnected(const request_row& row, const request_surroundings& around) {
    if (ended_after_stop(row, around)) {
        return excused("R3", "not connected after the stop");
    }
    return failed("request_failed",
                  "could not connect while the server should be serving: " + row.error);
}

request_fate fate_of_handshake(const request_row& row, const request_surroundings& around) {
    // No request was sent wholly before the stop, so R2 holds.
    if (ended_after_stop(row, around)) {
        return excused("R2", "handshake ended by the stop");
    }
    return failed("handshake_failed", "TLS handshake failed: " + row.error);
}

// R1: empty when the close of the reused connection was no legal race.
std::optional<request_fate> reuse_race_of(const request_row& row,
                                          const request_surroundings& around) {
    // What had ended before the stop cannot be its doing, however near it was.
    if (ended_after_stop(row, around) && sent_at(row) >= *around.stop_triggered - reuse_race) {
        return excused("R1", "sent on an idle connection as the server was stopping");
    }
    const idle_connection idle{row.idle_before, row.number_on_connection};
    const std::string why = legal_close_of(idle, around.while_running);
    if (why.empty()) {
        return {};
    }
    request_fate race = excused("R1", why);
    race.is_running_race = !must_be_closed(idle, around.while_running);
    return race;
}

// R2, R4: empty when the server owed the fresh connection an answer.
std::optional<request_fate> fresh_race_of(const request_row& row,
                                          const request_surroundings& around) {
    if (!ended_after_stop(row, around)) {
        return {};
    }
    const since_start stop = *around.stop_triggered;
    if (sent_at(row) >= stop) {
        return excused("R2", "sent on a fresh connection after the stop");
    }
    const since_start owed_before = around.at_stop.drains_backlog ? stop : stop - fresh_race;
    if (!sent_wholly_before(row, owed_before)) {
        return excused(row.end == request_end::reset ? "R4" : "R2",
                       "sent on a fresh connection as the server was stopping");
    }
    return {};
}

request_fate fate_of_cut_request(const request_row& row, const request_surroundings& around) {
    const auto race = is_reused(row) ? reuse_race_of(row, around) : fresh_race_of(row, around);
    if (race) {
        return *race;
    }
    if (may_truncate(around) && ended_after_stop(row, around)) {
        return excused("R7", "dropped by a fast stop");
    }
    if (is_reused(row) && row.idle_before < prompt_close && !ended_after_stop(row, around)) {
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

// R5, R7
request_fate fate_of_cut_response(const request_row& row, const request_surroundings& around) {
    if (row.body_announced && row.body_bytes >= *row.body_announced) {
        return excused("R5", "the response was whole before the reset");
    }
    if (may_truncate(around) && ended_after_stop(row, around) &&
        row.ended <= *around.stop_triggered + truncation_limit) {
        return excused("R7", "cut by a fast stop");
    }
    return failed("response_truncated", "got its connection " + how_it_ended(row) + " after " +
                                            received(row) +
                                            (ended_after_stop(row, around) ? " at the stop" : ""));
}

request_fate fate_of_lost(const request_row& row, const request_surroundings& around) {
    // Nothing is owed to it but an end, and that by the time the server is gone.
    const bool server_was_there =
        !around.stop_finished || row.ended <= *around.stop_finished + truncation_limit;
    if (sent_after_stop(row, around) && row.response_bytes == 0 && server_was_there) {
        return excused("R2", "sent after the stop");
    }
    return failed("request_failed", row.response_bytes == 0
                                        ? "was lost: no answer until its deadline"
                                        : "was lost: its answer was not whole by its "
                                          "deadline, after " +
                                              received(row));
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
            return failed("request_failed", "got an answer that is not HTTP/1.1: " + row.error);
        case request_end::harness_failed:
        case request_end::abandoned:
            break;
    }
    return out_of_judgement("it has no end");
}

std::string describe(const request_row& row, const request_fate& fate) {
    return "request " + std::to_string(row.id) + " (" + row.route + ", connection " +
           std::to_string(row.connection) + ", number " + std::to_string(row.number_on_connection) +
           " on it) " + fate.why + "; sent " + instant(sent_at(row)) + ", ended " +
           instant(row.ended) + (row.error.empty() ? "" : " (" + row.error + ")");
}

bool saw_handshakes(const request_tally& requests) {
    const auto& rows = requests.unusual;
    return requests.handshake_time.count() > 0 ||
           std::ranges::count(rows, request_end::handshake_failed, &request_row::end) > 0;
}

// R1's cap. One race is no trend, however few the requests.
std::uint64_t running_races_max(const request_tally& requests) {
    return std::max<std::uint64_t>(1, requests.started / 100);
}

// What a second signal means is the server's to say; one that says nothing may end at once.
bool is_left_open(const fault_record& fault, const contract& at_stop) {
    return fault.kind == "second_signal" && !at_stop.exit_status_after_second_signal;
}

struct fate_summary {
    std::vector<std::string> failures;  // bounded
    std::uint64_t failures_count = 0;
    std::vector<std::string> races;  // bounded
    std::uint64_t races_count = 0;
    std::uint64_t unsent_count = 0;  // by the harness's failure
    std::uint64_t origins_doing_count = 0;
};

fate_summary summarize(std::string_view finding_id, const request_tally& requests,
                       const request_surroundings& around) {
    fate_summary summary;
    for (const request_row& row : requests.unusual) {
        const request_fate fate = fate_of(row, around);
        if (fate.outcome == request_fate::kind::failed && fate.finding_id == finding_id) {
            ++summary.failures_count;
            add_bounded(summary.failures, describe(row, fate));
        }
        if (fate.is_running_race) {
            ++summary.races_count;
            add_bounded(summary.races, describe(row, fate));
        }
        summary.origins_doing_count += fate.is_origins_doing ? 1 : 0;
        summary.unsent_count += row.end == request_end::harness_failed ? 1 : 0;
    }
    return summary;
}

judgement broken_requests(const fate_summary& summary, const cycle_record& record) {
    std::vector<std::string> evidence = summary.failures;
    std::ranges::move(describe_failures(record.requests), std::back_inserter(evidence));
    if (record.stop.triggered) {
        evidence.push_back("stop " + record.stop.mode + " triggered " +
                           instant(record.stop.triggered));
    }
    return broken(answered_share(record.requests) + "; " + grouped(summary.failures_count) +
                      " like this: " + summary.failures.front() +
                      and_syn_retries(record.requests.connect_time),
                  std::move(evidence));
}

}  // namespace

request_surroundings surroundings_of(const cycle_record& record, const promises& promised) {
    request_surroundings around;
    around.stop_triggered = record.stop.triggered;
    around.stop_finished = record.stop.finished;
    around.end_forced = forced_at(record);
    around.at_stop = promised.at_stop;
    around.while_running = promised.while_running;
    around.origin_strikes = strikes_of(record);
    for (const fault_record& fault : record.faults) {
        if (!fault.disturbs_requests && !fault.ends_the_server) {
            continue;
        }
        const bool to_the_end = fault.ends_the_server || is_left_open(fault, promised.at_stop);
        for (const injection& one : fault.injections) {
            if (one.delivered) {
                around.disturbances.push_back(
                    {fault.kind, one.struck, to_the_end ? std::nullopt : std::optional(one.ended)});
            }
        }
    }
    return around;
}

bool was_disturbed(const request_surroundings& around, since_start from, since_start to) {
    return std::ranges::any_of(around.disturbances, [&](const disturbance& during) {
        return to >= during.began && (!during.ended || from <= *during.ended);
    });
}

request_fate fate_of(const request_row& row, const request_surroundings& around) {
    const request_fate fate = fate_before_strikes(row, around);
    const disturbance* const strike = strike_behind(row, around.origin_strikes);
    if (fate.outcome != request_fate::kind::failed || strike == nullptr) {
        return fate;
    }
    request_fate by_origin = excused("R25", "its origin was struck by fault " + strike->fault);
    by_origin.is_origins_doing = true;
    return by_origin;
}

judgement judge_requests(std::string_view finding_id, const cycle_record& record,
                         const promises& promised) {
    const request_tally& requests = record.requests;
    if (!record.has_load) {
        return not_applicable("the scenario has no load");
    }
    if (requests.started == 0) {
        return not_judged("not one request was started (reached " +
                          std::string(to_text(record.reached)) + ")");
    }
    if (finding_id == "handshake_failed" && !saw_handshakes(requests)) {
        return not_applicable("the load speaks no TLS");
    }
    const fate_summary summary = summarize(finding_id, requests, surroundings_of(record, promised));
    if (summary.failures_count > 0) {
        return broken_requests(summary, record);
    }
    if (finding_id == "unannounced_close" && summary.races_count > running_races_max(requests)) {
        return broken(std::to_string(summary.races_count) + " of " +
                          counted(requests.started, "request") +
                          " met a connection that was closed without announcement; races with "
                          "an idle timeout excuse 1 %",
                      summary.races);
    }
    const std::uint64_t strikes = strikes_count(record);
    if (finding_id == "request_failed" && summary.origins_doing_count > strikes) {
        return broken(counted(summary.origins_doing_count, "request") +
                          " failed while the origins struck " + counted(strikes, "request"),
                      {});
    }
    if (summary.unsent_count > 0) {
        return not_judged("the harness could not send " + counted(summary.unsent_count, "request"));
    }
    if (requests.unusual_count > requests.unusual.size()) {
        return not_judged(counted(requests.unusual_count - requests.unusual.size(), "request") +
                          " went wrong beyond those that were written down");
    }
    return kept();
}

}  // namespace stormdrain
