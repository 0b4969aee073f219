#include "harness/cycle/fault_groups.hpp"

#include "harness/plan/cycle_plan.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {

namespace {

fault_time time_of(const fault& what) {
    switch (what.point()) {
        case strike_point::start:
            return fault_time::at_start;
        case strike_point::after_stop:
            return fault_time::after_stop;
        case strike_point::serving:
            return what.stands_until_released() ? fault_time::besetting : fault_time::striking;
        default:
            return what.stands_until_released() ? fault_time::holding : fault_time::striking;
    }
}

fault_record record_of(const fault_use& use) {
    fault_record record;
    record.kind = use.kind;
    record.settings = use.settings;
    record.point = to_text(use.what->point());
    record.strikes_process = strikes_process(use.what->point());
    record.disturbs_requests = use.what->disturbs_requests();
    record.ends_the_server = use.what->ends_the_server();
    // What strikes at the stop looks for itself whether that found it in time.
    if (use.what->stands_until_released() && !use.what->strikes_at_stop()) {
        record.holds = use.what->holds();
    }
    return record;
}

}  // namespace

fault_groups::fault_groups(const scenario& what) {
    for (const fault_use& use : what.faults) {
        fault_group group;
        group.use = &use;
        group.index = groups_.size();
        group.when = time_of(*use.what);
        group.size = connections_of(use, what.load);
        groups_.push_back(group);
        records_.push_back(record_of(use));
    }
}

bool fault_groups::have_stood(fault_time when) const {
    return std::ranges::all_of(groups_, [when](const fault_group& group) {
        // A fault that strikes is over when it has ended; the others stand until they are released.
        const std::uint32_t standing = when == fault_time::striking ? 0 : group.in_place_count;
        return group.when != when || group.ended_count + standing == group.size;
    });
}

bool fault_groups::have_struck_ahead() const {
    return std::ranges::all_of(groups_, [](const fault_group& group) {
        return group.ended_count == group.size || !group.use->what->strikes_ahead_of_signal();
    });
}

bool fault_groups::hold_anything() const {
    return std::ranges::any_of(groups_, [this](const fault_group& group) {
        return group.in_place_count > 0 && records_[group.index].holds != held_condition::none;
    });
}

std::vector<held_condition> fault_groups::held() const {
    std::vector<held_condition> held;
    for (const fault_group& group : groups_) {
        const held_condition holds = group.use->what->holds();
        if (group.in_place_count > 0 && holds != held_condition::none) {
            held.push_back(holds);
        }
    }
    std::ranges::sort(held);
    const auto repeated = std::ranges::unique(held);
    held.erase(repeated.begin(), repeated.end());
    return held;
}

void fault_groups::record(const fault_group& group, injection seen, stop_state stop) {
    // A stop that came first is no failure of the fault: it was overtaken, not undelivered.
    const bool waits_for_stop =
        group.when == fault_time::after_stop || group.use->what->strikes_at_stop();
    const bool is_late = stop == stop_state::triggered && !waits_for_stop;
    fault_record& record = records_[group.index];
    if (!seen.delivered && (seen.overtaken || is_late)) {
        ++record.overtaken_count;
        return;
    }
    ++record.planned_count;
    record.delivered_count += seen.delivered ? 1U : 0U;
    record.unavailable_count += seen.unavailable ? 1U : 0U;
    record.held_back_count += !seen.delivered && seen.held_back ? 1U : 0U;
    if (record.injections.size() < fault_record::injections_max) {
        record.injections.push_back(std::move(seen));
    }
}

}  // namespace stormdrain
