#include "harness/config/key_record.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace stormdrain {
namespace {

using ordered_json = nlohmann::ordered_json;

ordered_json json_of(const key_value& value) {
    return std::visit([](const auto& held) { return ordered_json(held); }, value);
}

std::string text_of(const ordered_json& json) {
    return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace

std::string_view to_text(key_type type) {
    constexpr std::array<std::string_view, 12> words{
        "text", "true or false", "whole number", "number",        "duration", "size",
        "rate", "word",          "texts",        "whole numbers", "object",   "list"};
    return words.at(static_cast<std::size_t>(type));
}

void key_record::note(asked_key key) {
    const auto known = std::ranges::find(keys_, key.name, &asked_key::name);
    if (known == keys_.end()) {
        keys_.push_back(std::move(key));
    } else {
        *known = std::move(key);
    }
}

void key_record::note_look(std::string_view name) {
    if (std::ranges::find(looked_for_, name) == looked_for_.end()) {
        looked_for_.emplace_back(name);
    }
}

const asked_key* key_record::find(std::string_view name) const {
    const auto known = std::ranges::find(keys_, name, &asked_key::name);
    return known == keys_.end() ? nullptr : &*known;
}

std::vector<std::string> key_record::only_looked_for() const {
    std::vector<std::string> names;
    for (const std::string& name : looked_for_) {
        if (find(name) == nullptr) {
            names.push_back(name);
        }
    }
    return names;
}

std::string to_json(const key_value& value) {
    return text_of(json_of(value));
}

std::string to_json(const key_record& record) {
    ordered_json object = ordered_json::object();
    for (const asked_key& key : record.keys()) {
        if (key.value) {
            object[key.name] = json_of(*key.value);
        }
    }
    return text_of(object);
}

}  // namespace stormdrain
