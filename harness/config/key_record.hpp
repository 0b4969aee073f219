#pragma once
// What a reader asks of an object, key by key. Lent to an object_reader it notes each key's name,
// type, limits and default, and what came of it: documentation and recorded settings then follow
// from the one place that reads a key, and cannot fall behind it.
//
//   key_record record;
//   object_reader keys = document.root(problems);
//   keys.record_into(&record);

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stormdrain {

// As a file would have it: quantities are texts with their unit.
using key_value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>,
                               std::vector<std::int64_t>>;

enum class key_type {
    text,
    flag,
    integer,
    number,
    length_of_time,
    size,
    rate,
    word,  // one of those that are listed
    texts,
    integers,
    object,
    list,
};

std::string_view to_text(key_type type);

struct asked_key {
    std::string name;
    key_type type = key_type::text;
    std::optional<key_value> preset;  // empty: without it something else happens
    std::optional<key_value> min;
    std::optional<key_value> max;
    std::vector<std::string> words;  // of key_type::word
    std::optional<key_value> value;  // what holds; empty: the key is absent and has no default
    bool operator==(const asked_key&) const = default;
};

class key_record {
public:
    // A key that is asked for again keeps its place; what was said last holds.
    void note(asked_key key);
    // Somebody looked whether the key is there.
    void note_look(std::string_view name);

    std::span<const asked_key> keys() const { return keys_; }
    // Null when nobody asked for it.
    const asked_key* find(std::string_view name) const;
    // Those that were looked for and, as they were absent, not asked for.
    std::vector<std::string> only_looked_for() const;

    bool operator==(const key_record&) const = default;

private:
    std::vector<asked_key> keys_;
    std::vector<std::string> looked_for_;
};

// One value as JSON.
std::string to_json(const key_value& value);
// An object with every value that holds: read again, it means the same.
std::string to_json(const key_record& record);

}  // namespace stormdrain
