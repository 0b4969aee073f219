#include "harness/plan/readers/names.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

bool is_name_character(char character) {
    return (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9') ||
           character == '_';
}

// "Half-Close" was meant as "half_close".
std::optional<std::string> as_name(std::string_view text) {
    std::string name;
    for (char character : text) {
        if (character >= 'A' && character <= 'Z') {
            character = static_cast<char>(character - 'A' + 'a');
        }
        name += is_name_character(character) ? character : '_';
    }
    name.erase(0, name.find_first_not_of('_'));
    return is_name(name) ? std::optional(name) : std::nullopt;
}

void check_name(object_reader& from, std::string_view key, std::string_view name) {
    if (!is_name(name)) {
        from.complain(
            key, with_guess("expected a name of at most " + std::to_string(name_characters_max) +
                                " characters a-z, 0-9 and _, got " + in_quotes(name),
                            as_name(name)));
    }
}

}  // namespace

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= name_characters_max && text.front() != '_' &&
           std::ranges::all_of(text, is_name_character);
}

std::string read_name(object_reader& from, std::string_view key) {
    std::string name = from.text(key);
    if (from.kind_of(key) == object_reader::value_kind::text) {
        check_name(from, key, name);
    }
    return name;
}

std::string read_name(object_reader& from, std::string_view key, const std::string& fallback) {
    return from.has(key) ? read_name(from, key) : from.text(key, fallback);
}

std::vector<std::string> read_names_of_keys(object_reader& map) {
    std::vector<std::string> names = map.keys();
    for (const std::string& name : names) {
        check_name(map, name, name);
    }
    return names;
}

bool is_given(object_reader& from, std::string_view key) {
    from.accept(key);
    return from.has(key);
}

bool check_known(object_reader& from, std::string_view key, std::string_view what,
                 std::string_view name, std::span<const std::string> known) {
    if (std::ranges::find(known, name) != known.end()) {
        return true;
    }
    const std::vector<std::string_view> words(known.begin(), known.end());
    std::string message = "expected the name of a " + std::string(what);
    message += known.empty() ? " (there is none), got " : ", got ";
    from.complain(key, with_guess(message + in_quotes(name), nearest_word(name, words)));
    return false;
}

}  // namespace stormdrain
