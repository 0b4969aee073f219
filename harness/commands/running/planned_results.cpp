#include "harness/commands/running/planned_results.hpp"

#include "harness/base/digest.hpp"
#include "harness/config/text_file.hpp"
#include "harness/plan/shard.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace stormdrain {
namespace {

// More than any suite or target; both were read within less.
constexpr std::uint64_t input_bytes_max = 64 * 1024 * 1024;

std::vector<cycle_range> ranges_of(const std::vector<std::uint32_t>& cycles) {
    std::vector<cycle_range> ranges;
    for (const std::uint32_t cycle : cycles) {
        const bool is_repeat = !ranges.empty() && ranges.back().last == cycle;
        if (!is_repeat && !ranges.empty() && ranges.back().last + 1 == cycle) {
            ranges.back().last = cycle;
        } else if (!is_repeat) {
            ranges.push_back({cycle, cycle});
        }
    }
    return ranges;
}

std::vector<place_range> share_in(const planned_scenario& scenario, const run_facts& facts) {
    const std::optional<shard_share> share =
        share_of(scenario.id, scenario.cycles.size(), scenario.server->lifecycle,
                 facts.shard.value_or(shard_choice{}));
    return share ? std::vector<place_range>{{share->first, share->count}}
                 : std::vector<place_range>{};
}

std::uint64_t digest_of(const std::string& file) {
    return digest().add(read_text_file(file, input_bytes_max).text.value_or("")).value();
}

std::uint64_t digest_of(const target& server) {
    digest all;
    all.add(digest_of(server.file));
    for (const rendered_file& file : server.files) {
        all.add(file.name).add(file.contents).add(file.size_bytes);
    }
    return all.value();
}

}  // namespace

scenario_result blank_result(const planned_scenario& scenario) {
    scenario_result blank;
    blank.id = scenario.id;
    blank.target = scenario.server->name;
    blank.suite = scenario.from->name;
    blank.scenario = scenario.what().name;
    blank.cell = scenario.what().cell;
    blank.suite_file = scenario.from->file;
    blank.target_file = scenario.server->file;
    blank.line = scenario.what().line;
    const auto mode = scenario.server->stop.find(scenario.what().stop.mode);
    if (mode != scenario.server->stop.end()) {  // a skipped scenario may have none
        blank.unconfirmed = mode->second.promises.unconfirmed;
    }
    blank.skipped_because = scenario.skipped_because;
    blank.known = known_in(scenario.server->known, scenario.from->name, scenario.what().name);
    blank.cycles = ranges_of(scenario.cycles);
    blank.planned_count = scenario.cycles.size();
    return blank;
}

run_results planned_results(const plan& whole, const run_facts& facts) {
    run_results planned;
    planned.facts = facts;
    for (const planned_scenario& scenario : whole.scenarios) {
        scenario_result& blank = planned.scenarios.emplace_back(blank_result(scenario));
        blank.share = share_in(scenario, facts);
    }
    return planned;
}

std::vector<input_file> inputs_of(const plan& whole) {
    std::vector<input_file> inputs;
    std::set<std::string> seen;
    for (const planned_scenario& scenario : whole.scenarios) {
        if (seen.insert(scenario.from->file).second) {
            inputs.push_back({scenario.from->file, digest_of(scenario.from->file)});
        }
        if (seen.insert(scenario.server->file).second) {
            inputs.push_back({scenario.server->file, digest_of(*scenario.server)});
        }
    }
    return inputs;
}

}  // namespace stormdrain
