#include "harness/commands/explain/toxic_explanation.hpp"

#include "faults/link/toxic_spec.hpp"

namespace stormdrain {
namespace {

// What an example has for a key without a default.
std::int64_t example_of(attribute::unit measure) {
    switch (measure) {
        case attribute::unit::milliseconds:
            return 50;
        case attribute::unit::kilobytes_per_second:
            return 1024;
        default:
            return 100;
    }
}

std::string words_of(const attribute& one) {
    std::string text = "one of ";
    for (std::size_t index = 0; index < one.words.size(); ++index) {
        text += (index == 0 ? "" : ", ") + spell_attribute(one, static_cast<std::int64_t>(index));
    }
    return text;
}

std::string say_takes(const attribute& one) {
    if (one.measure == attribute::unit::word) {
        return words_of(one);
    }
    std::string type = "a duration";
    type = one.measure == attribute::unit::bytes ? "a size" : type;
    type = one.measure == attribute::unit::kilobytes_per_second ? "a rate" : type;
    type = one.measure == attribute::unit::count ? "a whole number" : type;
    const std::int64_t exact = exact_per(one.measure);
    return type + " from " + spell_attribute(one, one.min * exact) + " to " +
           spell_attribute(one, one.max * exact);
}

std::string say_units(const toxic_kind& kind) {
    std::string text;
    for (const attribute& one : kind.attributes) {
        std::string_view unit = "as it is";
        unit = one.measure == attribute::unit::milliseconds ? "in ms" : unit;
        unit = one.measure == attribute::unit::microseconds ? "in us" : unit;
        unit = one.measure == attribute::unit::bytes ? "in bytes" : unit;
        unit = one.measure == attribute::unit::kilobytes_per_second ? "in 1,000 bytes/s" : unit;
        text += (text.empty() ? "" : ", ") + std::string(one.name) + " " + std::string(unit);
    }
    return text;
}

std::string_view say_in_suite(toxic_harm harm) {
    switch (harm) {
        case toxic_harm::none:
            break;
        case toxic_harm::slow:
            return "the stop has the time that is promised for slow_reader";
        case toxic_harm::silence:
            return "the stop has the time that is promised for vanished, and requests on "
                   "connections that it struck are excused (R31)";
        case toxic_harm::loss:
            return "requests on connections that it struck are excused (R31)";
    }
    return "the stop has four round trips more, and nothing is excused (R31)";
}

}  // namespace

explanation explain_toxic(const toxic_kind& kind) {
    explanation page;
    page.group = "toxic";
    page.name = kind.name;
    page.summary = kind.summary;
    page.facts.emplace_back("stands on", "a link, in one direction: \"stream\"");
    page.facts.emplace_back(
        "strikes", "the share \"toxicity\" of its connections, or those of one \"source\"");
    page.facts.emplace_back("in a suite", say_in_suite(kind.harm));
    std::string given;
    for (const attribute& one : kind.attributes) {
        const bool is_required = one.is == attribute::need::required;
        const std::int64_t exact = exact_per(one.measure);
        page.keys.push_back({std::string(one.name),
                             is_required ? "" : spell_attribute(one, one.preset * exact),
                             say_takes(one), ""});
        if (is_required) {
            given += (given.empty() ? "\"" : ",\"") + std::string(one.name) +
                     "\":" + spell_attribute(one, example_of(one.measure) * exact);
        }
    }
    if (!kind.attributes.empty()) {
        page.facts.emplace_back("in the API", "plain numbers: " + say_units(kind));
    }
    page.example = "{\"type\":\"" + std::string(kind.name) + "\"" +
                   (given.empty() ? "" : ",\"attributes\":{" + given + "}") + "}";
    return page;
}

}  // namespace stormdrain
