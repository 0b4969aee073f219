#include "harness/shrink/edits.hpp"

#include "harness/config/quantity.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>

namespace stormdrain {
namespace {

using nlohmann::ordered_json;
using pointer = ordered_json::json_pointer;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, 2> demands{"/expect", "/exit_within"};
constexpr std::size_t shown_characters_max = 40;

std::string without_slash(const std::string& path) {
    return path.substr(std::min<std::size_t>(1, path.size()));
}

std::string described(const std::string& path, const ordered_json& value) {
    std::string what = without_slash(path);
    if (value.is_object()) {
        return value.contains("kind") ? what + " " + value.at("kind").get_ref<const std::string&>()
                                      : what;
    }
    const std::string shown = value.dump();
    return shown.size() > shown_characters_max ? what : what + " " + shown;
}

// Elements of a list stand as deep as the list.
void find_parts(const ordered_json& within, const pointer& path, std::size_t depth,
                std::size_t wanted, std::vector<scenario_part_at>& found) {
    if (!within.is_structured() || depth > wanted) {
        return;
    }
    const std::size_t inner_depth = depth + (within.is_object() ? 1 : 0);
    for (const auto& [key, value] : within.items()) {
        const pointer at = within.is_object() ? path / key : path / std::stoul(key);
        // Of a list of objects its elements say more than the list.
        const bool is_list_of_objects =
            value.is_array() && (value.empty() || value.front().is_object());
        if (inner_depth == wanted && !is_list_of_objects) {
            found.push_back({at.to_string(), described(at.to_string(), value)});
        }
        find_parts(value, at, inner_depth, wanted, found);
    }
}

std::optional<scenario_amount> amount_of(const std::string& path, const ordered_json& value) {
    using unit = scenario_amount::unit;
    if (value.is_number_unsigned()) {
        return scenario_amount{path, value, unit::count};
    }
    if (!value.is_string()) {
        return std::nullopt;
    }
    const auto& text = value.get_ref<const std::string&>();
    if (const std::optional<std::uint64_t> bytes = read_size_bytes(text)) {
        return scenario_amount{path, *bytes, unit::bytes};
    }
    if (const std::optional<duration> length = read_duration(text)) {
        const auto whole = std::chrono::duration_cast<milliseconds>(*length).count();
        return scenario_amount{path, static_cast<std::uint64_t>(whole), unit::milliseconds};
    }
    return std::nullopt;
}

void find_amounts(const ordered_json& within, const pointer& path,
                  std::vector<scenario_amount>& found) {
    const std::string here = path.to_string();
    if (std::ranges::find(demands, here) != demands.end()) {
        return;
    }
    if (within.is_structured()) {
        for (const auto& [key, value] : within.items()) {
            find_amounts(value, within.is_object() ? path / key : path / std::stoul(key), found);
        }
    } else if (const std::optional<scenario_amount> amount = amount_of(here, within)) {
        found.push_back(*amount);
    }
}

std::string spelled(const scenario_amount& amount) {
    switch (amount.of) {
        case scenario_amount::unit::bytes:
            return spell_size(amount.value);
        case scenario_amount::unit::milliseconds:
            return spell_duration(milliseconds(amount.value));
        case scenario_amount::unit::count:
            break;
    }
    return std::to_string(amount.value);
}

bool raises(const ordered_json& before, const ordered_json& after) {
    if (before.is_number_unsigned() && after.is_number_unsigned()) {
        return after > before;
    }
    if (before.type() != after.type() || !before.is_structured()) {
        return false;
    }
    if (before.is_array() && before.size() != after.size()) {
        return false;  // which element is which is not known any more
    }
    for (const auto& [key, value] : before.items()) {
        const bool is_in_both = before.is_array() || after.contains(key);
        if (is_in_both &&
            raises(value, before.is_array() ? after.at(std::stoul(key)) : after.at(key))) {
            return true;
        }
    }
    return false;
}

}  // namespace

std::vector<scenario_part_at> parts_at(const std::string& scenario, std::size_t depth) {
    std::vector<scenario_part_at> found;
    find_parts(ordered_json::parse(scenario), pointer(), 0, depth, found);
    return found;
}

std::string without(const std::string& scenario, std::span<const scenario_part_at> parts) {
    ordered_json left = ordered_json::parse(scenario);
    // From the last to the first: places of those before, and of what they are in, stay.
    for (std::size_t number = parts.size(); number > 0; --number) {
        const pointer at(parts[number - 1].path);
        if (!left.contains(at)) {
            continue;  // it went with another one
        }
        ordered_json& around = left.at(at.parent_pointer());
        if (around.is_array()) {
            around.erase(std::stoul(at.back()));
        } else {
            around.erase(at.back());
        }
    }
    return left.dump();
}

std::vector<scenario_amount> amounts_in(const std::string& scenario) {
    std::vector<scenario_amount> found;
    find_amounts(ordered_json::parse(scenario), pointer(), found);
    return found;
}

std::string with_amount(const std::string& scenario, const scenario_amount& amount) {
    ordered_json made = ordered_json::parse(scenario);
    ordered_json& place = made.at(pointer(amount.path));
    if (amount.of == scenario_amount::unit::count) {
        place = amount.value;
    } else {
        place = spelled(amount);
    }
    return made.dump();
}

std::string to_text(const scenario_amount& amount) {
    return without_slash(amount.path) + " " + spelled(amount);
}

bool raises_a_count(const std::string& before, const std::string& after) {
    return raises(ordered_json::parse(before), ordered_json::parse(after));
}

std::string shortest(const std::string& scenario,
                     const std::function<bool(const std::string&)>& means_the_same) {
    std::string made = scenario;
    for (std::size_t depth = 1; !parts_at(made, depth).empty(); ++depth) {
        // Those behind keep their places when they are taken out from the last on.
        const std::vector<scenario_part_at> parts = parts_at(made, depth);
        for (std::size_t number = parts.size(); number > 0; --number) {
            const std::string less = without(made, std::span(parts).subspan(number - 1, 1));
            made = means_the_same(less) ? less : made;
        }
    }
    // A list of objects is no part of its own, and may be empty by now.
    const ordered_json whole = ordered_json::parse(made);
    for (const auto& [key, value] : whole.items()) {
        ordered_json less = ordered_json::parse(made);
        less.erase(key);
        made = value.is_structured() && value.empty() && means_the_same(less.dump()) ? less.dump()
                                                                                     : made;
    }
    return made;
}

}  // namespace stormdrain
