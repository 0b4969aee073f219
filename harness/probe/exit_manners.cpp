#include "harness/probe/exit_manners.hpp"

#include "harness/checks/evidence.hpp"
#include "harness/checks/rules/death_by_stop_signal.hpp"
#include "harness/probe/stop_times.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

legal_exit legal_of(exit_status status) {
    return status.exited() ? legal_exit{legal_exit::kind::code, status.code()}
                           : legal_exit{legal_exit::kind::signal, status.signal()};
}

struct exit_tally {
    struct scenarios_of_status {
        std::size_t cycles_count = 0;
        std::set<std::string, std::less<>> names;
    };
    std::map<exit_status, scenarios_of_status> seen;

    void add(const cycle_record& record, std::string_view scenario) {
        if (record.exit && record.stop.escalations.empty()) {
            ++seen[*record.exit].cycles_count;
            seen[*record.exit].names.emplace(scenario);
        }
    }
    std::string text() const {
        std::string line;
        for (const auto& [status, where] : seen) {
            line += line.empty() ? "" : ", ";
            line += to_text(status) + " in " + counted(where.cycles_count, "cycle");
            line += seen.size() > 1 ? " (" + *where.names.begin() + ")" : "";
        }
        return line;
    }
    // A crash is nothing that one promises.
    measured<std::vector<legal_exit>> result(const std::string& unusable) const {
        std::vector<legal_exit> legal;
        for (const auto& [status, where] : seen) {
            if (!rules::is_crash(status)) {
                legal.push_back(legal_of(status));
            }
        }
        if (legal.empty()) {
            return {{}, seen.empty() ? unusable : text()};
        }
        return {std::move(legal), text()};
    }
};

}  // namespace

measured<std::vector<legal_exit>> measure_exit(const evidence_by_condition& stops) {
    exit_tally exits;
    for (const auto& [scenario, seen] : stops) {
        for (const cycle_record& record : seen.cycles) {
            if (condition_of(scenario) && tells_stop_time(record)) {
                exits.add(record, scenario);
            }
        }
    }
    measured<std::vector<legal_exit>> result =
        exits.result(any_tried(stops) ? "no process ended by itself" : std::string(not_tried));
    const auto at_rest = std::ranges::find_if(
        exits.seen, [](const auto& one) { return one.second.names.contains("nothing_held"); });
    if (!result.value || at_rest == exits.seen.end()) {
        return result;
    }
    for (legal_exit& one : *result.value) {
        if (one != legal_of(at_rest->first)) {
            one.only_while = {exit_circumstance::connections_open};
        }
    }
    return result;
}

measured<std::vector<legal_exit>> measure_second_exit(const evidence_by_condition& stops) {
    const condition_evidence& seen = evidence_of(stops, "second_signal");
    exit_tally exits;
    for (const cycle_record& record : seen.cycles) {
        if (tells_stop_time(record)) {
            exits.add(record, "second_signal");
        }
    }
    return exits.result(why_unusable(seen));
}

measured<std::string> measure_start(const evidence_by_condition& stops) {
    const condition_evidence& seen = evidence_of(stops, "during_start");
    exit_tally exits;
    std::size_t alive_count = 0;
    for (const cycle_record& record : seen.cycles) {
        if (!record.stop.trigger_failure.empty()) {
            continue;
        }
        exits.add(record, "during_start");
        alive_count += record.stop.triggered && !record.stop.escalations.empty() ? 1U : 0U;
    }
    if (exits.seen.empty() && alive_count == 0) {
        return {{}, why_unusable(seen)};
    }
    const std::string ignored =
        alive_count == 0 ? "" : "the stop was lost in " + counted(alive_count, "cycle");
    const std::string both = ignored.empty() || exits.seen.empty() ? "" : ", ";
    return {alive_count == 0 ? "ends" : "lost", exits.text() + both + ignored};
}

}  // namespace stormdrain
