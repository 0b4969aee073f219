#include "harness/report/shard_check.hpp"

#include "harness/config/problem.hpp"
#include "harness/plan/shard_choice.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <tuple>
#include <utility>

namespace stormdrain {
namespace {

std::string folderless(const std::string& path) {
    return std::filesystem::path(path).filename().string();
}

// Which suites and targets of the two are not the same. Their folders may differ from machine to
// machine.
std::string other_inputs(const run_facts& first, const run_facts& other) {
    if (first.inputs.size() != other.inputs.size()) {
        return "other suites or targets";
    }
    std::string names;
    for (std::size_t i = 0; i < first.inputs.size(); ++i) {
        const input_file& one = first.inputs[i];
        const input_file& its = other.inputs[i];
        if (one.digest != its.digest || folderless(one.file) != folderless(its.file)) {
            names += (names.empty() ? "" : ", ") + its.file;
        }
    }
    return names.empty() ? "" : "another " + names;
}

std::string other_versions(const run_facts& first, const run_facts& other) {
    for (const auto& [target, version] : other.target_versions) {
        const auto found = first.target_versions.find(target);
        if (found != first.target_versions.end() && found->second != version) {
            return "another version of " + target + ": " + version + " instead of " + found->second;
        }
    }
    return {};
}

std::string division_of(const run_facts& facts) {
    const shard_choice shard = facts.shard.value_or(shard_choice{});
    return std::to_string(shard.total) + (shard.total == 1 ? " shard of " : " shards of ") +
           std::string(to_text(shard.unit));
}

// The words of it, where a shell would divide them; quotes are for whoever pastes it.
std::vector<std::string> words_of(std::string_view command) {
    std::vector<std::string> words;
    while (!command.empty()) {
        const std::string_view word = command.substr(0, command.find(' '));
        words.emplace_back(word);
        command.remove_prefix(std::min(word.size() + 1, command.size()));
    }
    return words;
}

}  // namespace

std::string other_plan(const stored_run& first, const stored_run& other) {
    const run_facts& one = first.planned.facts;
    const run_facts& its = other.planned.facts;
    if (one.stormdrain_version != its.stormdrain_version) {
        return "stormdrain " + its.stormdrain_version + " instead of " + one.stormdrain_version;
    }
    if (one.run_seed != its.run_seed) {
        return "the seed " + to_hex(its.run_seed) + " instead of " + to_hex(one.run_seed) +
               ": shards need the same --seed";
    }
    if (std::string inputs = other_inputs(one, its); !inputs.empty()) {
        return inputs;
    }
    if (std::string versions = other_versions(one, its); !versions.empty()) {
        return versions;
    }
    if (division_of(one) != division_of(its)) {
        return division_of(its) + " instead of " + division_of(one);
    }
    if (one.plan_hash != its.plan_hash ||
        first.planned.scenarios.size() != other.planned.scenarios.size()) {
        return "the plan " + to_hex(its.plan_hash) + " instead of " + to_hex(one.plan_hash) +
               ": another selection, or other numbers of cycles";
    }
    return {};
}

void check_one_plan(const std::vector<stored_run>& runs) {
    std::vector<problem> problems;
    for (const stored_run& run : runs) {
        if (const std::string what = other_plan(runs.front(), run); !what.empty()) {
            problems.push_back({run.file, 0, 0, "",
                                "is not of the plan of " + runs.front().file + ": it has " + what});
        }
    }
    if (!problems.empty()) {
        throw config_error(std::move(problems));
    }
}

void check_once(const stored_run& whole, const std::vector<std::string>& files) {
    std::map<std::tuple<std::size_t, std::uint32_t, std::uint32_t>, std::size_t> file_of;
    for (const stored_cycle& cycle : whole.cycles) {
        if (cycle.is_repeated()) {
            continue;
        }
        const std::tuple key(cycle.scenario, cycle.judged.index, cycle.judged.replay);
        const auto [first, is_new] = file_of.emplace(key, cycle.file);
        if (!is_new) {
            throw config_error({{files.at(cycle.file), 0, 0, "",
                                 "has cycle " + std::to_string(cycle.judged.index) + " of " +
                                     whole.planned.scenarios.at(cycle.scenario).id + ", which " +
                                     files.at(first->second) + " has, too"}});
        }
    }
}

std::string without_shard_options(std::string_view command) {
    constexpr std::array<std::string_view, 2> with_value{"--shard", "--attempt"};
    std::string kept;
    bool is_value = false;
    for (const std::string& word : words_of(command)) {
        const std::string_view name = std::string_view(word).substr(0, word.find('='));
        const bool is_option = std::ranges::find(with_value, name) != with_value.end();
        if (is_value || is_option || word == "--shard-cycles") {
            is_value = is_option && name.size() == word.size();
            continue;
        }
        kept += (kept.empty() ? "" : " ") + word;
    }
    return kept;
}

}  // namespace stormdrain
