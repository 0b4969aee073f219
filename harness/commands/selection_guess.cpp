#include "harness/commands/selection_guess.hpp"

#include "harness/commands/inputs.hpp"
#include "harness/config/object_reader.hpp"

#include <algorithm>
#include <ostream>
#include <set>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> pieces;
    while (!text.empty()) {
        pieces.push_back(text.substr(0, text.find_first_of(separators)));
        text.remove_prefix(std::min(pieces.back().size() + 1, text.size()));
    }
    return pieces;
}

std::optional<std::string> nearest_of(std::string_view word, const std::set<std::string>& known) {
    const std::vector<std::string_view> words(known.begin(), known.end());
    return nearest_word(word, words);
}

}  // namespace

std::optional<std::string> guess_filter(const std::string& filter, const plan& whole) {
    // What comes behind the first '-' leaves out, and ids have none (matches_filter()).
    const std::string_view wanted = std::string_view(filter).substr(0, filter.find('-'));
    std::set<std::string> parts;
    for (const planned_scenario& scenario : whole.scenarios) {
        for (const std::string_view part : split(scenario.id, "/")) {
            parts.emplace(part);
        }
    }
    for (const std::string_view piece : split(wanted, "*?:/")) {
        const auto has_it = [piece](const std::string& part) {
            return part.find(piece) != std::string::npos;
        };
        const bool is_known = std::ranges::any_of(parts, has_it);
        const std::optional<std::string> near = is_known ? std::nullopt : nearest_of(piece, parts);
        if (near) {
            return near;
        }
    }
    return {};
}

std::optional<std::string> guess_tag(const std::vector<std::string>& tags, const plan& whole) {
    std::set<std::string> known;
    for (const planned_scenario& scenario : whole.scenarios) {
        known.insert(scenario.what().tags.begin(), scenario.what().tags.end());
    }
    const auto unknown = std::ranges::find_if(
        tags, [&known](const std::string& tag) { return !known.contains(tag); });
    return unknown == tags.end() ? std::nullopt : nearest_of(*unknown, known);
}

void say_what_was_meant(std::ostream& out, invocation asked, const std::string& bin_folder) {
    const std::string filter = std::exchange(asked.filter, "*");
    const std::vector<std::string> tags = std::exchange(asked.tags, {});
    const plan whole = read_inputs(asked, bin_folder).planned;
    if (const auto part = guess_filter(filter, whole)) {
        out << "stormdrain: --filter: did you mean \"" << *part << "\"?\n";
    }
    if (const auto tag = guess_tag(tags, whole)) {
        out << "stormdrain: --tag: did you mean \"" << *tag << "\"?\n";
    }
}

}  // namespace stormdrain
