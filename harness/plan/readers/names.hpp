#pragma once
// Names that users give to targets, suites, scenarios, ports, routes, ...: they become ids, folder
// names, JUnit classes and filter patterns, so they are plain.

#include "harness/config/object_reader.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// Target, suite and scenario together must fit the 255 characters of a file name.
inline constexpr std::size_t name_characters_max = 48;
inline constexpr std::size_t scenario_name_characters_max = 150;

// [a-z0-9][a-z0-9_]*
bool is_name(std::string_view text);

// Reads a required name.
std::string read_name(object_reader& from, std::string_view key);
// The same where the key may be absent.
std::string read_name(object_reader& from, std::string_view key, const std::string& fallback);
// The keys of a map that the user filled, each checked to be a name.
std::vector<std::string> read_names_of_keys(object_reader& map);

// For keys without a default: asks for the key, so that a slip in it can be guessed, and tells
// whether it is there.
bool is_given(object_reader& from, std::string_view key);

// Complains at `key` unless the name is one of the known; `what` is "port", "load", ...
bool check_known(object_reader& from, std::string_view key, std::string_view what,
                 std::string_view name, std::span<const std::string> known);

// The names of a map, for check_known().
template <class Map>
std::vector<std::string> names_of(const Map& map) {
    std::vector<std::string> names;
    for (const auto& [name, value] : map) {
        names.push_back(name);
    }
    return names;
}

}  // namespace stormdrain
