#include "faults/fault_settings.hpp"

#include "harness/config/object_reader.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {
namespace {

// One reading of a kind, from a file that says just this.
struct trial {
    key_record record;
    std::optional<fault_traits> traits;  // empty: the kind does not take it
};

trial read_trial(const fault_kind& kind, const std::string& json) {
    std::vector<problem> problems;
    const json_document document = json_document::parse("settings", json, problems);
    object_reader keys = document.root(problems);
    trial seen;
    const std::unique_ptr<const fault> made = read_recorded(kind, keys, seen.record);
    if (made && problems.empty()) {
        seen.traits = traits_of(*made);
    }
    return seen;
}

std::string object_with(const std::string& key, const std::string& json) {
    return "{" + to_json(key_value(key)) + ": " + json + "}";
}

// A key that is only asked for when it is there shows its type when null is.
std::optional<asked_key> look_up(const fault_kind& kind, const std::string& name) {
    const trial seen = read_trial(kind, object_with(name, "null"));
    const asked_key* const found = seen.record.find(name);
    if (found == nullptr) {
        return std::nullopt;
    }
    asked_key key = *found;
    key.preset.reset();
    key.value.reset();
    return key;
}

// What else the key may be set to, as far as it makes a difference to anything but itself.
std::vector<key_value> other_values(const asked_key& key) {
    std::vector<key_value> values;
    for (const std::string& word : key.words) {
        if (key.preset != key_value(word)) {
            values.emplace_back(word);
        }
    }
    if (key.type == key_type::flag) {
        values.emplace_back(key.preset != key_value(true));
    } else if (!key.preset && key.min) {
        values.push_back(*key.min);
    }
    return values;
}

// Whether one has a key, beside this one, that the other has not just so.
bool has_more(const key_record& one, const key_record& other, const std::string& beside) {
    return std::ranges::any_of(one.keys(), [&](const asked_key& key) {
        const asked_key* const same = other.find(key.name);
        return key.name != beside && (same == nullptr || *same != key);
    });
}

void add_new_keys(std::vector<asked_key>& all, const key_record& record) {
    for (const asked_key& key : record.keys()) {
        if (std::ranges::find(all, key.name, &asked_key::name) == all.end()) {
            all.push_back(key);
        }
    }
}

}  // namespace

fault_traits traits_of(const fault& what) {
    fault_traits traits;
    traits.holds = what.holds();
    traits.point = what.point();
    traits.routes = what.needed_routes();
    traits.origin = what.needed_origin();
    traits.needs_tls = what.needs_tls();
    traits.needs_http2 = what.needs_http2();
    traits.needs_tcp = what.needs_tcp();
    traits.needs_accept_trap = what.needs_accept_trap();
    traits.stands_until_released = what.stands_until_released();
    traits.strikes_at_stop = what.strikes_at_stop();
    traits.disturbs_requests = what.disturbs_requests();
    traits.ends_the_server = what.ends_the_server();
    return traits;
}

fault_settings settings_of(const fault_kind& kind) {
    trial preset = read_trial(kind, "{}");
    fault_settings settings;
    settings.traits = preset.traits.value_or(fault_traits{});
    settings.keys.assign(preset.record.keys().begin(), preset.record.keys().end());
    for (const std::string& name : preset.record.only_looked_for()) {
        if (std::optional<asked_key> key = look_up(kind, name)) {
            settings.keys.push_back(*std::move(key));
        }
    }
    const std::vector<asked_key> by_default = settings.keys;
    for (const asked_key& key : by_default) {
        for (const key_value& value : other_values(key)) {
            trial seen = read_trial(kind, object_with(key.name, to_json(value)));
            if (!seen.traits) {
                continue;  // it takes this value only together with others
            }
            add_new_keys(settings.keys, seen.record);
            if (*seen.traits != settings.traits || has_more(seen.record, preset.record, key.name) ||
                has_more(preset.record, seen.record, key.name)) {
                settings.variants.push_back(
                    {key.name, value, std::move(seen.record), *std::move(seen.traits)});
            }
        }
    }
    settings.record = std::move(preset.record);
    return settings;
}

std::unique_ptr<const fault> read_recorded(const fault_kind& kind, object_reader& keys,
                                           key_record& settings) {
    key_record* const before = keys.record_into(&settings);
    std::unique_ptr<const fault> made = kind.read(keys);
    keys.record_into(before);
    return made;
}

}  // namespace stormdrain
