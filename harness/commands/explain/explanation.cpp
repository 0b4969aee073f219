#include "harness/commands/explain/explanation.hpp"

#include "harness/commands/columns.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace stormdrain {
namespace {

constexpr std::size_t gap = 2;  // between two columns

template <class Rows, class Text>
std::size_t width_of(const Rows& rows, std::string_view title, Text text) {
    std::size_t width = title.size();
    for (const auto& row : rows) {
        width = std::max(width, text(row).size());
    }
    return width + gap;
}

std::string preset_of(const explained_key& key) {
    return key.preset.empty() ? "-" : key.preset;
}

void add_keys(std::string& page, std::span<const explained_key> keys) {
    const std::size_t names = width_of(keys, "key", [](const auto& key) { return key.name; });
    const std::size_t presets = width_of(keys, "default", preset_of);
    page += "\n" + padded("key", names) + padded("default", presets) + "takes\n";
    for (const explained_key& key : keys) {
        const std::string text = key.takes + (key.note.empty() ? "" : "; " + key.note);
        add_wrapped(page, padded(key.name, names) + padded(preset_of(key), presets), text,
                    names + presets);
    }
}

}  // namespace

std::string page_of(const explanation& what) {
    std::string page = what.group + " " + what.name + "\n";
    add_wrapped(page, "", what.summary, 0);
    if (!what.facts.empty()) {
        page += "\n";
    }
    const std::size_t labels =
        width_of(what.facts, "", [](const auto& fact) { return fact.first; });
    for (const auto& [label, text] : what.facts) {
        add_wrapped(page, padded(label, labels), text, labels);
    }
    if (!what.keys.empty()) {
        add_keys(page, what.keys);
    }
    if (!what.example.empty()) {
        page += "\nexample\n    " + what.example + "\n";
    }
    return page;
}

nlohmann::ordered_json to_json(const explanation& what) {
    using json = nlohmann::ordered_json;
    json page{{"group", what.group}, {"name", what.name}, {"summary", what.summary}};
    page["facts"] = json::object();
    for (const auto& [label, text] : what.facts) {
        page["facts"][label] = text;
    }
    if (what.group == "fault") {
        page["keys"] = json::array();
    }
    for (const explained_key& key : what.keys) {
        const json preset = key.preset.empty() ? json() : json::parse(key.preset);
        page["keys"].push_back(
            {{"name", key.name}, {"default", preset}, {"takes", key.takes}, {"note", key.note}});
    }
    if (!what.example.empty()) {
        page["example"] = json::parse(what.example);
    }
    return page;
}

}  // namespace stormdrain
