#include "harness/commands/probe_plan.hpp"

#include "harness/probe/stop_times.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {
namespace {

constexpr std::string_view running_tag = "running";
constexpr std::string_view patience_tag = "patience";
constexpr std::string_view cutting_tag = "cutting";

bool has_tag(const scenario& what, std::string_view tag) {
    return std::ranges::find(what.tags, tag) != what.tags.end();
}

// A promise that is judged, with its slack, when the patience is over.
duration promise_judged_after(duration patience) {
    constexpr duration fixed_slack = std::chrono::seconds(2);
    const duration of_long_ones = patience - patience / 6;  // a fifth of it is the rest
    return slack_for(of_long_ones) > fixed_slack ? of_long_ones : patience - fixed_slack;
}

std::shared_ptr<const target> with_open_contract(const target& server, duration patience) {
    auto opened = std::make_shared<target>(server);
    for (auto& [name, mode] : opened->stop) {
        mode.promises.exit_within = promise_judged_after(patience);
        mode.promises.exit_within_while.clear();
    }
    opened->known.clear();
    // What a stop hangs on is told by its stacks; a dump would be one more signal.
    opened->hang_dump.reset();
    opened->hang_core = false;
    return opened;
}

bool may_cut(const contract& promises) {
    return promises.in_flight == in_flight_promise::truncate;
}

// The stop lasted until its time was up.
bool was_endless(const cycle_record& record) {
    return !record.stop.escalations.empty();
}

// The server left every connection of the faults alone for as long as the patience.
bool nothing_ended(const cycle_record& record) {
    return std::ranges::none_of(record.faults, [](const fault_record& fault) {
        return std::ranges::any_of(fault.injections, [](const injection& one) {
            return one.server_closed || !one.delivered;
        });
    });
}

}  // namespace

probe_plan make_probe_plan(const suite& conditions, const target& server,
                           const probe_request& request) {
    auto asked = std::make_shared<suite>(conditions);
    asked->scenarios.clear();
    probe_plan made;
    const auto is_asked_for = [&](const scenario& one) {
        return request.conditions.empty() ||
               std::ranges::find(request.conditions, one.name) != request.conditions.end();
    };
    const auto add = [&](scenario one, const std::string& mode, std::string place) {
        one.stop.mode = mode;
        one.cycles_count = request.cycles_count;
        one.budget.reset();
        if (one.load && has_tag(one, patience_tag)) {
            one.load->think_time = request.patience;
        }
        made.places.push_back({std::move(place), one.name});
        one.name = (made.places.back().mode.empty() ? "running" : "at_" + mode) + "/" + one.name;
        asked->scenarios.push_back(std::move(one));
    };
    for (const auto& [mode, how] : server.stop) {
        for (const scenario& one : conditions.scenarios) {
            const bool is_for_mode = !has_tag(one, cutting_tag) || may_cut(how.promises);
            if (!has_tag(one, running_tag) && is_for_mode && is_asked_for(one)) {
                add(one, mode, mode);
            }
        }
    }
    for (const scenario& one : conditions.scenarios) {
        if (has_tag(one, running_tag) && is_asked_for(one)) {
            add(one, one.stop.mode, "");
        }
    }
    plan_request all;
    all.run_seed = request.run_seed;
    made.planned = make_plan({{asked, {with_open_contract(server, request.patience)}}}, all);
    return made;
}

plan first_round(const plan& all) {
    plan round = all;
    for (planned_scenario& scenario : round.scenarios) {
        scenario.cycles.resize(std::min<std::size_t>(scenario.cycles.size(), 1));
    }
    return round;
}

plan second_round(const probe_plan& all, const probe_evidence& first) {
    plan round = all.planned;
    for (std::size_t index = 0; index < round.scenarios.size(); ++index) {
        std::vector<std::uint32_t>& cycles = round.scenarios[index].cycles;
        const probe_place& place = all.places[index];
        const auto mode = first.stops.find(place.mode);
        const evidence_by_condition& seen = place.mode.empty()          ? first.running
                                            : mode == first.stops.end() ? first.running
                                                                        : mode->second;
        const bool watches = has_tag(round.scenarios[index].what(), patience_tag);
        if (std::ranges::any_of(evidence_of(seen, place.condition).cycles,
                                watches ? nothing_ended : was_endless)) {
            cycles.clear();
        } else if (!cycles.empty()) {
            cycles.erase(cycles.begin());
        }
    }
    return round;
}

condition_evidence& evidence_at(probe_evidence& all, const probe_place& place) {
    return place.mode.empty() ? all.running[place.condition]
                              : all.stops[place.mode][place.condition];
}

}  // namespace stormdrain
