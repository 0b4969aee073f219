#include "harness/probe/stop_manners.hpp"

#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/probe/exit_manners.hpp"
#include "harness/probe/stop_times.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <span>

namespace stormdrain {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Of a time that is no longer than the one that it is compared with.
constexpr duration like = seconds(1);
// An idle connection that is closed by then was not waited for: half of idle_close_limit.
constexpr duration promptly = idle_close_limit / 2;
// A shorter stop does not tell a listener that is closed at once from one that stays to the end.
constexpr duration telling_stop = milliseconds(100);
// Between the last close of a process and its end.
constexpr duration exit_takes = milliseconds(100);

// What checks say of the cycles under a promise that is supposed.
struct supposition {
    std::size_t kept_count = 0;
    std::size_t broken_count = 0;
    std::string first;  // finding

    std::string of_all() const {
        return std::to_string(kept_count) + " of " + counted(kept_count + broken_count, "cycle");
    }
};

void suppose(supposition& so_far, std::span<const std::string_view> checks,
             const condition_evidence& seen, const promises& supposed) {
    for (const cycle_record& record : seen.cycles) {
        if (!tells_stop_time(record)) {
            continue;
        }
        bool is_kept = false;
        bool is_broken = false;
        for (const std::string_view name : checks) {
            const judgement judged = judge(*find_check(name), record, supposed);
            is_kept = is_kept || judged.outcome == judgement::kind::kept;
            if (judged.outcome == judgement::kind::broken) {
                is_broken = true;
                if (so_far.first.empty() && !judged.findings.empty()) {
                    so_far.first = judged.findings.front().message;
                }
            }
        }
        so_far.broken_count += is_broken ? 1U : 0U;
        so_far.kept_count += is_kept && !is_broken ? 1U : 0U;
    }
}

constexpr std::array<std::string_view, 3> request_checks{"request_failed", "response_truncated",
                                                         "connection_severed"};

measured<in_flight_promise> measure_in_flight(const evidence_by_condition& stops,
                                              const running_contract& running) {
    promises supposed;
    supposed.while_running = running;
    supposed.at_stop.in_flight = in_flight_promise::complete;
    supposition answered;
    const condition_evidence& handlers = evidence_of(stops, "in_flight");
    const condition_evidence& large = evidence_of(stops, "in_flight_large");
    suppose(answered, request_checks, handlers, supposed);
    supposition whole;
    suppose(whole, request_checks, large, supposed);
    const std::string evidence =
        "owed answers came in " + answered.of_all() + ", large ones whole in " + whole.of_all();
    if (answered.broken_count + whole.broken_count > 0) {
        const std::string& first = answered.broken_count > 0 ? answered.first : whole.first;
        return {in_flight_promise::truncate, evidence + "; " + first};
    }
    if (answered.kept_count + whole.kept_count == 0) {
        return {{}, why_unusable(handlers)};
    }
    return {in_flight_promise::complete, evidence};
}

measured<bool> measure_backlog(const evidence_by_condition& stops,
                               const running_contract& running) {
    promises supposed;
    supposed.while_running = running;
    supposed.at_stop.drains_backlog = true;
    const condition_evidence& seen = evidence_of(stops, "accept_queue");
    condition_evidence queued;
    std::uint64_t queued_count = 0;
    for (const cycle_record& record : seen.cycles) {
        const auto& held = record.stop.held_at_trigger;
        const auto waiting =
            held ? std::ranges::count(held->rows, false, &held_at::accepted) : std::ptrdiff_t{0};
        if (waiting > 0) {
            queued_count += static_cast<std::uint64_t>(waiting);
            queued.cycles.push_back(record);
        }
    }
    supposition drained;
    suppose(drained, request_checks, queued, supposed);
    if (drained.kept_count + drained.broken_count == 0) {
        return {{},
                seen.cycles.empty() ? why_unusable(seen)
                                    : "no stop found a connection in the accept queue"};
    }
    const std::string evidence = counted(queued_count, "connection") +
                                 " in the queue at the stop, all answered in " + drained.of_all();
    return {drained.broken_count == 0, evidence};
}

measured<connections_promise> measure_connections(const evidence_by_condition& stops,
                                                  const running_contract& running) {
    constexpr std::array<std::string_view, 1> checks{"descriptors_at_exit"};
    promises supposed;
    supposed.while_running = running;
    supposed.at_stop.connections_at_exit = connections_promise::closed;
    supposition closed;
    for (const auto& [scenario, seen] : stops) {
        if (condition_of(scenario)) {
            suppose(closed, checks, seen, supposed);
        }
    }
    if (closed.kept_count + closed.broken_count == 0) {
        return {{}, any_tried(stops) ? "no exit was seen" : std::string(not_tried)};
    }
    if (closed.broken_count > 0) {
        return {connections_promise::any_open,
                "closed in " + closed.of_all() + "; " + closed.first};
    }
    return {connections_promise::closed, "closed in " + closed.of_all()};
}

// The listener of stops that last says when it goes.
measured<listener_promise> measure_listener(const evidence_by_condition& stops) {
    std::vector<duration> kept;
    std::size_t to_the_end_count = 0;
    std::size_t stops_count = 0;
    for (const auto& [scenario, seen] : stops) {
        for (const cycle_record& record : seen.cycles) {
            const stop_record& stop = record.stop;
            if (!condition_of(scenario) || !tells_stop_time(record)) {
                continue;
            }
            ++stops_count;
            const duration lasted = stop.finished.value_or(stop.deadline) - *stop.triggered;
            if (lasted < telling_stop) {
                continue;
            }
            const duration open = stop.listener_gone
                                      ? std::min(*stop.listener_gone - *stop.triggered, lasted)
                                      : lasted;
            kept.push_back(open);
            to_the_end_count += lasted - open < exit_takes && open > like ? 1U : 0U;
        }
    }
    if (stops_count == 0) {
        return {{}, any_tried(stops) ? "no stop was seen" : std::string(not_tried)};
    }
    if (kept.empty()) {
        return {listener_promise::close_at_once,
                "every stop was over within " + to_text(telling_stop)};
    }
    const auto [shortest, longest] = std::ranges::minmax(kept);
    const std::string evidence = "gone " + span_of(shortest, longest) + " after the stop, in " +
                                 counted(kept.size(), "stop") + " that lasted longer";
    if (longest <= like) {
        return {listener_promise::close_at_once, evidence};
    }
    return {to_the_end_count > 0 ? listener_promise::at_exit : listener_promise::lame_duck,
            evidence};
}

// How long what the second signal finds would have gone on without it, from T0; empty: for ever.
std::optional<duration> time_alone(const std::map<held_condition, measured<exit_promise>>& times) {
    duration alone{};
    for (const held_condition held : {held_condition::silent, held_condition::partial_header}) {
        const auto time = times.find(held);
        if (time == times.end() || !time->second.value) {
            continue;
        }
        if (!time->second.value->within) {
            return {};
        }
        alone = std::max(alone, *time->second.value->within);
    }
    return alone;
}

// Whether the second signal ends what would go on otherwise.
measured<second_signal_promise> measure_second_signal(
    const evidence_by_condition& stops,
    const std::map<held_condition, measured<exit_promise>>& times) {
    const condition_evidence& seen = evidence_of(stops, "second_signal");
    const std::optional<duration> alone = time_alone(times);
    std::vector<duration> after;
    duration sent{};
    std::size_t ignored_count = 0;
    for (const cycle_record& record : seen.cycles) {
        const fault_record* const again = delivered_fault(record, "second_signal");
        if (again == nullptr || !tells_stop_time(record)) {
            continue;
        }
        if (!is_over(record.stop)) {
            ++ignored_count;
            continue;
        }
        // It is noted when it has been sent: by then the process may be gone.
        after.push_back(
            std::max(*record.stop.finished - again->injections.front().struck, duration{}));
        sent = again->injections.front().struck - *record.stop.triggered;
    }
    if (ignored_count > 0) {
        return {second_signal_promise::ignored,
                "still there after it in " + counted(ignored_count, "cycle")};
    }
    if (after.empty()) {
        return {{}, why_unusable(seen)};
    }
    const auto [shortest, longest] = std::ranges::minmax(after);
    const std::string without = alone ? to_text(*alone) + " after the stop" : "not at all";
    const std::string evidence =
        "ended " + span_of(shortest, longest) + " after it, without it " + without;
    if (!alone || longest < (*alone - sent) / 2) {
        return {longest <= like ? std::optional(second_signal_promise::force) : std::nullopt,
                evidence};
    }
    if (*alone - sent < like) {
        return {{}, evidence + ": too near to tell"};
    }
    return {second_signal_promise::ignored, evidence};
}

// By when the server had closed the idle connections, from T0, in each stop that something else
// held for longer: an exit closes them, too, and says nothing.
std::vector<duration> idle_closes(const condition_evidence& seen) {
    std::vector<duration> closes;
    for (const cycle_record& record : seen.cycles) {
        const since_start end = record.stop.finished.value_or(record.stop.deadline);
        if (!tells_stop_time(record) || end - *record.stop.triggered < idle_close_limit) {
            continue;
        }
        const fault_record* const idle = delivered_fault(record, "idle_keep_alive");
        if (idle == nullptr) {
            continue;
        }
        for (const injection& one : idle->injections) {
            closes.push_back(std::min(one.server_closed.value_or(end), end) -
                             *record.stop.triggered);
        }
    }
    return closes;
}

measured<idle_promise> measure_idle(const evidence_by_condition& stops,
                                    const measured<exit_promise>& time) {
    if (!time.value) {
        return {{}, time.evidence};
    }
    if (!time.value->within) {
        return {idle_promise::keep, time.evidence};
    }
    const condition_evidence& seen = evidence_of(stops, "idle_beside_others");
    const std::vector<duration> closes = idle_closes(seen);
    if (closes.empty()) {
        return {{}, "no stop lasted longer than they did"};
    }
    const auto [shortest, longest] = std::ranges::minmax(closes);
    return {longest <= promptly ? idle_promise::close_now : idle_promise::wait_timeout,
            "closed " + span_of(shortest, longest) + " after the stop, which others held"};
}

measured<becomes_idle_promise> measure_becomes_idle(const measured<exit_promise>& time,
                                                    const measured<exit_promise>& answered) {
    if (!time.value || !answered.value) {
        return {{}, time.value ? answered.evidence : time.evidence};
    }
    const duration least = answered.value->within.value_or(duration{});
    const bool is_closed = time.value->within && *time.value->within <= least + like;
    return {is_closed ? becomes_idle_promise::close : becomes_idle_promise::wait, time.evidence};
}

measured<exit_promise> time_of(const std::map<held_condition, measured<exit_promise>>& times,
                               held_condition condition) {
    const auto found = times.find(condition);
    return found == times.end() ? measured<exit_promise>{{}, std::string(not_tried)}
                                : found->second;
}

}  // namespace

measured_stop measure_stop(const evidence_by_condition& stops, const running_contract& running,
                           duration patience) {
    measured_stop seen;
    seen.times = measure_stop_times(stops, patience);
    seen.in_flight = measure_in_flight(stops, running);
    seen.listener = measure_listener(stops);
    seen.connections_at_exit = measure_connections(stops, running);
    seen.drains_backlog = measure_backlog(stops, running);
    seen.exit_status = measure_exit(stops);
    seen.exit_status_after_second_signal = measure_second_exit(stops);
    seen.second_signal = measure_second_signal(stops, seen.times);
    seen.during_start = measure_start(stops);
    seen.idle_keep_alive =
        measure_idle(stops, time_of(seen.times, held_condition::idle_keep_alive));
    seen.becomes_idle = measure_becomes_idle(time_of(seen.times, held_condition::becomes_idle),
                                             time_of(seen.times, held_condition::in_flight));
    return seen;
}

}  // namespace stormdrain
