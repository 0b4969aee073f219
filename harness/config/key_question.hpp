#pragma once
// What a getter of object_reader tells the record of its questions, private to config/.

#include "harness/config/json_tree.hpp"
#include "harness/config/key_record.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

// One question of a getter, for the record of them.
template <class Value>
struct question {
    const object_reader::node& in;
    std::string_view key;
    key_type type = key_type::text;
    const std::optional<Value>& fallback;
    std::optional<std::pair<Value, Value>> limits = {};
};

template <class Value>
std::optional<key_value> spelled(const Value& value) {
    return key_value(value);
}

// An empty text as the default says that without the key something else happens.
inline std::optional<key_value> spelled(const std::string& value) {
    return value.empty() ? std::nullopt : std::optional(key_value(value));
}

// Those of a list are its numbers', one by one.
inline std::optional<key_value> spelled_limit(const std::vector<std::int64_t>& limit) {
    return key_value(limit.front());
}
template <class Value>
std::optional<key_value> spelled_limit(const Value& limit) {
    return spelled(limit);
}

template <class Value>
bool is_within(const Value& value, const std::pair<Value, Value>& limits) {
    return value >= limits.first && value <= limits.second;
}
inline bool is_within(
    const std::vector<std::int64_t>& values,
    const std::pair<std::vector<std::int64_t>, std::vector<std::int64_t>>& limits) {
    return std::ranges::all_of(values, [&](std::int64_t value) {
        return value >= limits.first.front() && value <= limits.second.front();
    });
}

// The answer, once the record has it; `spell` makes of a value what a file would have.
template <class Value, class Spell>
Value told(key_record* record, const question<Value>& asked, Value answer, Spell spell) {
    if (record == nullptr) {
        return answer;
    }
    asked_key key;
    key.name = asked.key;
    key.type = asked.type;
    // A default that no file could say stands for an absent key.
    const bool has_preset =
        asked.fallback && (!asked.limits || is_within(*asked.fallback, *asked.limits));
    key.preset = has_preset ? spelled(spell(*asked.fallback)) : std::nullopt;
    if (asked.limits) {
        key.min = spelled_limit(spell(asked.limits->first));
        key.max = spelled_limit(spell(asked.limits->second));
    }
    const bool holds = has_preset || asked.in.find(asked.key) != nullptr;
    key.value = holds ? spelled(spell(answer)) : std::nullopt;
    record->note(std::move(key));
    return answer;
}

template <class Value>
Value told(key_record* record, const question<Value>& asked, Value answer) {
    return told(record, asked, std::move(answer), std::identity());
}

}  // namespace stormdrain
