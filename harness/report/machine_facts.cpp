#include "harness/report/machine_facts.hpp"

#include "harness/report/json_parts.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

using nlohmann::json;

constexpr std::string_view between = " | ";

bool is_said(std::string_view all, std::string_view word) {
    while (!all.empty()) {
        const std::size_t end = all.find(between);
        if (all.substr(0, end) == word) {
            return true;
        }
        all.remove_prefix(end == std::string_view::npos ? all.size() : end + between.size());
    }
    return false;
}

void add_word(std::string& all, const std::string& word) {
    if (all.empty()) {
        all = word;
    } else if (!word.empty() && !is_said(all, word)) {
        all += std::string(between) + word;
    }
}

template <class Row>
Row* row_named(std::vector<Row>& rows, const std::string& name) {
    const auto found = std::ranges::find(rows, name, &Row::name);
    return found == rows.end() ? nullptr : &*found;
}

json write_mechanism(const machine_mechanism& one) {
    return {{"name", one.name},
            {"state", one.state},
            {"needed", one.is_needed},
            {"why", one.why},
            {"without", one.without}};
}

json write_setting(const machine_setting& one) {
    return {{"name", one.name}, {"value", one.value}, {"matters", one.matters}};
}

}  // namespace

machine_facts machine_facts_of(std::span<const capability> mechanisms,
                               std::span<const machine_value> values) {
    machine_facts made;
    for (const capability& one : mechanisms) {
        made.mechanisms.push_back({std::string(one.name), std::string(to_text(one.found)),
                                   one.needed_for == capability::need::every_verdict, one.why,
                                   std::string(one.without)});
    }
    for (const machine_value& one : values) {
        made.settings.push_back({std::string(one.name), one.value, std::string(one.matters)});
    }
    return made;
}

json to_json_value(const machine_facts& machine) {
    return {{"mechanisms", list_of(machine.mechanisms, write_mechanism)},
            {"values", list_of(machine.settings, write_setting)}};
}

machine_facts read_machine_facts(const json& written) {
    machine_facts read;
    for (const json& one : written.at("mechanisms")) {
        read.mechanisms.push_back(
            {one.at("name"), one.at("state"), one.at("needed"), one.at("why"), one.at("without")});
    }
    for (const json& one : written.at("values")) {
        read.settings.push_back({one.at("name"), one.at("value"), one.at("matters")});
    }
    return read;
}

void add_machine(machine_facts& to, const machine_facts& another) {
    for (const machine_mechanism& one : another.mechanisms) {
        if (machine_mechanism* const same = row_named(to.mechanisms, one.name)) {
            add_word(same->state, one.state);
            add_word(same->why, one.why);
        } else {
            to.mechanisms.push_back(one);
        }
    }
    for (const machine_setting& one : another.settings) {
        if (machine_setting* const same = row_named(to.settings, one.name)) {
            add_word(same->value, one.value);
        } else {
            to.settings.push_back(one);
        }
    }
}

}  // namespace stormdrain
