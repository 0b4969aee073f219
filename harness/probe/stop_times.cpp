#include "harness/probe/stop_times.hpp"

#include "harness/checks/evidence.hpp"

#include <algorithm>
#include <array>

namespace stormdrain {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct scenario_row {
    std::string_view scenario;
    held_condition condition;
};

// Several scenarios may be about one condition: the longest stop counts.
constexpr std::array<scenario_row, 20> scenario_rows{{
    {"nothing_held", held_condition::none},
    {"idle_keep_alive", held_condition::idle_keep_alive},
    {"silent", held_condition::silent},
    {"silent_over_tls", held_condition::silent},
    {"one_byte", held_condition::one_byte},
    {"partial_header", held_condition::partial_header},
    {"partial_body", held_condition::partial_body},
    {"tls_hello", held_condition::tls_hello},
    {"tls_handshake", held_condition::tls_handshake},
    {"in_flight", held_condition::in_flight},
    {"in_flight_endless", held_condition::in_flight},
    {"in_flight_large", held_condition::in_flight},
    {"becomes_idle", held_condition::becomes_idle},
    {"stalled_reader", held_condition::stalled_reader},
    {"slow_reader", held_condition::slow_reader},
    {"half_closed", held_condition::half_closed},
    {"fin_ignored", held_condition::fin_ignored},
    {"vanished", held_condition::vanished},
    {"vanished_in_body", held_condition::vanished},
    {"upgraded", held_condition::upgraded},
}};

struct time_tally {
    std::vector<duration> took;
    std::size_t endless_count = 0;
    std::string held_up_by;  // of the first that did not end
    std::string unusable;

    void add(const condition_evidence& seen) {
        for (const cycle_record& record : seen.cycles) {
            if (!tells_stop_time(record)) {
                continue;
            }
            if (is_over(record.stop)) {
                took.push_back(*record.stop.finished - *record.stop.triggered);
                continue;
            }
            ++endless_count;
            if (held_up_by.empty() && record.stop.hang) {
                held_up_by = record.stop.hang->why;
            }
        }
        if (unusable.empty()) {
            unusable = why_unusable(seen);
        }
    }

    measured<exit_promise> result(duration patience) const {
        const std::size_t all = took.size() + endless_count;
        if (all == 0) {
            return {{}, unusable};
        }
        if (endless_count > 0) {
            const std::string why = held_up_by.empty() ? "" : "; " + held_up_by;
            return {exit_promise{}, "none within " + to_text(patience) + " in " +
                                        std::to_string(endless_count) + " of " +
                                        counted(all, "cycle") + why};
        }
        const auto [shortest, longest] = std::ranges::minmax(took);
        return {exit_promise{longest}, std::to_string(all) + " of " + counted(all, "cycle") + ", " +
                                           span_of(shortest, longest)};
    }
};

duration rounded_up(duration length, duration step) {
    return (length + step - duration(1)) / step * step;
}

}  // namespace

std::optional<held_condition> condition_of(std::string_view scenario) {
    const auto row = std::ranges::find(scenario_rows, scenario, &scenario_row::scenario);
    return row == scenario_rows.end() ? std::nullopt : std::optional(row->condition);
}

bool is_over(const stop_record& stop) {
    return stop.finished.has_value() && stop.escalations.empty();
}

bool tells_stop_time(const cycle_record& record) {
    const stop_record& stop = record.stop;
    const bool faults_stood = std::ranges::all_of(
        record.faults, [](const fault_record& fault) { return fault.delivered_count > 0; });
    const bool was_kept = stop.hang && (stop.hang->cause == hang_cause::starved ||
                                        stop.hang->cause == hang_cause::blocked_on_output);
    return record.health.failure.empty() && record.start.failure.empty() && stop.triggered &&
           stop.trigger_failure.empty() && stop.moment_reached && faults_stood &&
           (is_over(stop) || (!stop.escalations.empty() && !was_kept));
}

const condition_evidence& evidence_of(const evidence_by_condition& all, std::string_view scenario) {
    static const condition_evidence nothing;
    const auto found = all.find(scenario);
    return found == all.end() ? nothing : found->second;
}

bool any_tried(const evidence_by_condition& stops) {
    return std::ranges::any_of(stops,
                               [](const auto& one) { return condition_of(one.first).has_value(); });
}

std::string why_unusable(const condition_evidence& seen) {
    if (!seen.skipped_because.empty()) {
        return seen.skipped_because;
    }
    for (const cycle_record& record : seen.cycles) {
        if (!record.health.failure.empty()) {
            return record.health.failure;
        }
        if (!record.start.failure.empty()) {
            return "it did not start: " + record.start.failure;
        }
        if (!record.stop.trigger_failure.empty()) {
            return "the stop could not be asked for: " + record.stop.trigger_failure;
        }
        for (const fault_record& fault : record.faults) {
            if (fault.delivered_count == 0) {
                return fault.kind + " could not be brought about" +
                       (fault.injections.empty() ? "" : ": " + fault.injections.front().proof);
            }
        }
        if (!record.stop.moment_reached) {
            return "the moment of the stop was not reached";
        }
    }
    return std::string(not_tried);
}

std::map<held_condition, measured<exit_promise>> measure_stop_times(
    const evidence_by_condition& stops, duration patience) {
    std::map<held_condition, time_tally> tallies;
    for (const auto& [scenario, seen] : stops) {
        if (const std::optional<held_condition> condition = condition_of(scenario)) {
            tallies[*condition].add(seen);
        }
    }
    std::map<held_condition, measured<exit_promise>> times;
    for (const auto& [condition, tally] : tallies) {
        times[condition] = tally.result(patience);
    }
    return times;
}

duration promise_for(duration longest) {
    constexpr duration least = seconds(1);
    constexpr duration fine_until = seconds(10);
    const duration room = longest + longest / 2;
    const duration step = room < fine_until ? duration(milliseconds(500)) : duration(seconds(1));
    return std::max(least, rounded_up(room, step));
}

std::string span_of(duration shortest, duration longest) {
    const std::string first = to_text(shortest);
    const std::string last = to_text(longest);
    return first == last ? last : first + " to " + last;
}

}  // namespace stormdrain
