#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/growth.hpp"
#include "harness/checks/held_sockets.hpp"
#include "harness/checks/traits.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace stormdrain::checks {
namespace {

constexpr std::size_t examples_max = 5;

const process_facts* find_process(const census& taken, pid_t pid) {
    const auto found = std::ranges::find(taken.processes, pid, &process_facts::pid);
    return found == taken.processes.end() ? nullptr : &*found;
}

using kind_counts = std::map<descriptor_kind, std::int64_t>;

// What grew in processes that were there before the load: a worker that was started meanwhile
// brings its own descriptors, which is no leak of this cycle.
kind_counts growth_of(const rest_record& rest, const std::set<const descriptor*>& counted_already) {
    kind_counts growth;
    for (const process_facts& now : rest.at_rest->processes) {
        const process_facts* before = find_process(*rest.baseline, now.pid);
        if (before == nullptr) {
            continue;
        }
        for (const descriptor& held : now.descriptors) {
            growth[held.kind] += counted_already.contains(&held) ? 0 : 1;
        }
        for (const descriptor& held : before->descriptors) {
            --growth[held.kind];
        }
    }
    return growth;
}

// The highest numbers are the youngest descriptors.
std::vector<std::string> examples_of(descriptor_kind kind, const census& taken) {
    std::vector<std::string> examples;
    for (const process_facts& process : taken.processes) {
        for (const descriptor& held : process.descriptors) {
            if (held.kind == kind) {
                examples.push_back(process.command + " (pid " + std::to_string(process.pid) + ") " +
                                   to_text(held));
            }
        }
    }
    const std::size_t shown = std::min(examples.size(), examples_max);
    return {std::prev(examples.end(), static_cast<std::ptrdiff_t>(shown)), examples.end()};
}

void warn_of_growth(judgement& result, const kind_counts& growth, const rest_record& rest) {
    for (const auto& [kind, count] : growth) {
        // One cycle alone does not tell a pool from a leak; steady growth over restarts does.
        const std::uint64_t least = rules::descriptors_growth_min(rest.connections_count);
        if (count < static_cast<std::int64_t>(least)) {
            continue;
        }
        judgement grown =
            warned("more descriptors at rest than before the load: " + std::to_string(count) +
                       " more of kind " + std::string(to_text(kind)) + " after " +
                       counted(rest.connections_count, "connection"),
                   examples_of(kind, *rest.at_rest));
        std::ranges::move(grown.findings, std::back_inserter(result.findings));
    }
}

judgement examine(const cycle_record& record, const promises& promised) {
    if (const auto why = why_not_comparable(record)) {
        return *why;
    }
    std::vector<held_socket> sockets = sockets_of_finished_connections(record.rest);
    std::set<const descriptor*> counted_already;
    for (const held_socket& socket : sockets) {
        counted_already.insert(socket.what);
    }
    std::erase_if(sockets, is_close_wait);
    judgement result = sockets.empty() ? kept() : broken_by(sockets, record.rest, promised);
    warn_of_growth(result, growth_of(record.rest, counted_already), record.rest);
    return result;
}

std::uint64_t count_of(descriptor_kind kind, const rest_point& point) {
    const auto found =
        std::ranges::find(point.counts, kind, &std::pair<descriptor_kind, std::uint32_t>::first);
    return found == point.counts.end() ? 0 : found->second;
}

judgement examine_series(std::span<const rest_point> points) {
    if (points.size() < rules::growth_points_min) {
        return not_applicable("too few cycles in one process");
    }
    judgement result = kept();
    for (const auto& [kind, count] : points.back().counts) {
        const auto grown = steady_growth(
            points, [kind = kind](const rest_point& point) { return count_of(kind, point); });
        if (grown && is_worth_saying(quantity::descriptors, *grown)) {
            judgement leak =
                identified_by(broken("promised to hold no more descriptors after a restart: " +
                                         describe(*grown, to_text(kind)),
                                     list_values(points,
                                                 [kind = kind](const rest_point& point) {
                                                     return count_of(kind, point);
                                                 })),
                              {"grows by the restart: " + std::string(to_text(kind))});
            result.outcome = judgement::kind::broken;
            std::ranges::move(leak.findings, std::back_inserter(result.findings));
        }
    }
    return result;
}

}  // namespace

extern const check descriptor_leak;
const check descriptor_leak{
    .name = "descriptor_leak",
    .summary = "Every descriptor that a connection or a restart took is given back.",
    .starvation = check::timing::sensitive,
    .examine = examine,
    .examine_series = examine_series,
};

}  // namespace stormdrain::checks
