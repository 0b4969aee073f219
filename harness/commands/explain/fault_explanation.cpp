#include "harness/commands/explain/fault_explanation.hpp"

#include "faults/fault_settings.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/plan/readers/load_reader.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {
namespace {

std::string json_quoted(std::string_view text) {
    return "\"" + std::string(text) + "\"";
}

std::string joined(std::span<const std::string> parts, std::string_view between) {
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : std::string(between)) + part;
    }
    return text;
}

// What is different, and the values of one key that make it so.
struct exception {
    std::string text;
    std::string key;
    std::vector<std::string> values;  // as JSON; none: whenever it is given

    std::string when() const {
        return "with " + json_quoted(key) + (values.empty() ? "" : ": " + joined(values, " or "));
    }
};

class exceptions {
public:
    void add(const fault_settings& of, const fault_variant& variant, std::string text) {
        const bool by_presence = of.record.find(variant.key) == nullptr;
        const auto same = std::ranges::find_if(found_, [&](const exception& each) {
            return each.text == text && each.key == variant.key;
        });
        exception& one = same != found_.end()
                             ? *same
                             : found_.emplace_back(exception{std::move(text), variant.key, {}});
        if (!by_presence) {
            one.values.push_back(to_json(variant.value));
        }
    }
    const std::vector<exception>& all() const { return found_; }

private:
    std::vector<exception> found_;
};

// One trait in words, as it is usually and with which settings it is not.
template <class Say>
std::string with_exceptions(const fault_settings& settings, Say say) {
    std::string text = say(settings.traits);
    exceptions others;
    for (const fault_variant& variant : settings.variants) {
        if (std::string other = say(variant.traits); other != text) {
            others.add(settings, variant, std::move(other));
        }
    }
    for (const exception& other : others.all()) {
        text += "; " + other.text + " " + other.when();
    }
    return text;
}

std::string say_holds(const fault_traits& traits) {
    return traits.holds == held_condition::none ? "nothing" : std::string(to_text(traits.holds));
}

std::string say_struck(strike_point point) {
    if (strikes_process(point)) {
        return "the server's process, ";
    }
    return strikes_connection(point) ? "connections to the server, at "
                                     : "a proxy's connections to what stormdrain plays, at ";
}

// The points that a file may choose need no more words than their names.
std::string say_strikes(const fault_settings& settings) {
    const strike_point usual = settings.traits.point;
    std::vector<std::string> others;
    for (const fault_variant& variant : settings.variants) {
        const std::string point(to_text(variant.traits.point));
        if (variant.traits.point != usual && std::ranges::find(others, point) == others.end()) {
            others.push_back(point);
        }
    }
    return say_struck(usual) + std::string(to_text(usual)) +
           (others.empty() ? "" : "; also " + joined(others, ", "));
}

std::string say_stands(const fault_traits& traits) {
    if (traits.strikes_at_stop) {
        return "until the stop begins, and strikes then";
    }
    return traits.stands_until_released ? "until it is let go of" : "until it has struck";
}

std::string say_needs(const fault_traits& traits) {
    std::vector<std::string> needs;
    for (const std::string& route : traits.routes) {
        needs.push_back("the route " + route);
    }
    if (traits.needs_tls) {
        needs.emplace_back("a port that speaks TLS");
    }
    if (traits.needs_http2) {
        needs.emplace_back("a port that speaks HTTP/2");
    }
    if (traits.needs_tcp) {
        needs.emplace_back("a TCP port");
    }
    if (traits.origin) {
        needs.push_back(traits.origin->empty() ? "a target with origins"
                                               : "the origin " + *traits.origin);
    }
    return needs.empty() ? "nothing" : joined(needs, ", ");
}

std::string say_takes(const asked_key& key) {
    if (key.type == key_type::word) {
        std::vector<std::string> words;
        std::ranges::transform(key.words, std::back_inserter(words), json_quoted);
        return words.size() == 1 ? words.front() : "one of " + joined(words, ", ");
    }
    std::string text(to_text(key.type));
    const bool is_counted = key.min && key.type != key_type::integers;
    text = (is_counted ? "a " : "") + text;
    if (key.min && key.max) {
        text += " from " + to_json(*key.min) + " to " + to_json(*key.max);
    }
    return text;
}

std::string preset_text(const asked_key* key) {
    return key != nullptr && key->preset ? to_json(*key->preset) : "";
}

explained_key explain_key(const fault_settings& settings, const asked_key& key) {
    const asked_key* const usual = settings.record.find(key.name);
    explained_key row;
    row.name = key.name;
    row.preset = preset_text(usual);
    row.takes = say_takes(key);
    exceptions others;
    for (const fault_variant& variant : settings.variants) {
        const asked_key* const then = variant.record.find(key.name);
        const bool is_new = usual == nullptr && then != nullptr && variant.key != key.name;
        if (usual != nullptr && then == nullptr) {
            others.add(settings, variant, "not");
        } else if (is_new) {
            others.add(settings, variant, "only");
        } else if (usual != nullptr && preset_text(then) != row.preset) {
            others.add(settings, variant, preset_text(then));
        }
    }
    for (const exception& other : others.all()) {
        row.note += (row.note.empty() ? "" : "; ") + other.text + " " + other.when();
    }
    return row;
}

// The keys that every fault has: those that a suite's reader asks for around the kind's own.
std::string keys_of_all() {
    std::vector<problem> problems;
    const std::string kind(fault_catalogue().front()->name);
    const json_document document =
        json_document::parse("fault", "{\"kind\": " + json_quoted(kind) + "}", problems);
    object_reader keys = document.root(problems);
    key_record record;
    keys.record_into(&record);
    read_fault(keys, kind);
    std::vector<std::string> names;
    for (const asked_key& key : record.keys()) {
        names.push_back(key.name);
    }
    std::ranges::move(record.only_looked_for(), std::back_inserter(names));
    std::erase(names, "kind");
    std::ranges::transform(names, names.begin(), json_quoted);
    return joined(names, ", ");
}

std::string example_of(const fault_kind& kind, const key_record& settings) {
    const std::string own = to_json(settings).substr(1);  // without the brace
    return "{\"kind\":" + json_quoted(kind.name) + (own == "}" ? "" : ",") + own;
}

}  // namespace

explanation explain_fault(const fault_kind& kind) {
    const fault_settings settings = settings_of(kind);
    explanation page;
    page.group = "fault";
    page.name = kind.name;
    page.summary = kind.summary;
    page.facts.emplace_back("strikes", say_strikes(settings));
    page.facts.emplace_back("holds", with_exceptions(settings, say_holds));
    page.facts.emplace_back("stands", with_exceptions(settings, say_stands));
    page.facts.emplace_back("needs", with_exceptions(settings, say_needs));
    if (!kind.mechanism.empty()) {
        page.facts.emplace_back("by means of", kind.mechanism);
    }
    if (settings.traits.disturbs_requests) {
        page.facts.emplace_back("meanwhile", "requests of others may fail, and are excused");
    }
    if (settings.traits.ends_the_server) {
        page.facts.emplace_back("ends", "the server, on purpose: its exit is not judged");
    }
    page.facts.emplace_back("also takes", keys_of_all());
    for (const asked_key& key : settings.keys) {
        page.keys.push_back(explain_key(settings, key));
    }
    page.example = example_of(kind, settings.record);
    return page;
}

std::vector<std::string> faults_that_hold(held_condition condition) {
    std::vector<std::string> names;
    for (const fault_kind* kind : fault_catalogue()) {
        const fault_settings settings = settings_of(*kind);
        const bool holds =
            settings.traits.holds == condition ||
            std::ranges::any_of(settings.variants, [&](const fault_variant& variant) {
                return variant.traits.holds == condition;
            });
        if (holds) {
            names.emplace_back(kind->name);
        }
    }
    return names;
}

}  // namespace stormdrain
