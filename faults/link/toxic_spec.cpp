#include "faults/link/toxic_spec.hpp"

#include "harness/config/invocation.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/config/quantity.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

constexpr std::array<std::string_view, 2> direction_words{"upstream", "downstream"};

std::vector<std::string_view> kind_names() {
    std::vector<std::string_view> names;
    for (const toxic_kind* kind : toxic_catalogue()) {
        names.push_back(kind->name);
    }
    return names;
}

using word_table = std::vector<std::pair<std::string_view, std::int64_t>>;

word_table table_of(std::span<const std::string_view> words) {
    word_table table;
    for (const std::string_view word : words) {
        table.emplace_back(word, static_cast<std::int64_t>(table.size()));
    }
    return table;
}

std::int64_t read_word(object_reader& keys, const attribute& one,
                       std::optional<std::int64_t> fallback) {
    const word_table table = table_of(one.words);
    return keys.choice<std::int64_t>(one.name, table, fallback);
}

// A quantity of a file.
std::int64_t read_quantity(object_reader& keys, const attribute& one) {
    const bool is_required = one.is == attribute::need::required;
    const auto preset = [&]<class Value>(Value value) {
        return is_required ? std::optional<Value>() : std::optional<Value>(value);
    };
    const auto size = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
    switch (one.measure) {
        case attribute::unit::milliseconds:
        case attribute::unit::microseconds: {
            const std::int64_t exact = exact_per(one.measure);
            const auto time = [&](std::int64_t value) -> duration {
                return std::chrono::microseconds(value * exact);
            };
            const duration given = keys.length_of_time(one.name, time(one.min), time(one.max),
                                                       preset(time(one.preset)));
            return std::chrono::duration_cast<std::chrono::microseconds>(given).count();
        }
        case attribute::unit::kilobytes_per_second: {
            const auto exact = size(exact_per(one.measure));
            return static_cast<std::int64_t>(keys.rate_bytes_per_second(
                one.name, std::max<std::uint64_t>(size(one.min) * exact, 1), size(one.max) * exact,
                preset(size(one.preset) * exact)));
        }
        case attribute::unit::bytes:
            return static_cast<std::int64_t>(
                keys.size_bytes(one.name, size(one.min), size(one.max), preset(size(one.preset))));
        case attribute::unit::count:
            return keys.integer(one.name, one.min, one.max, preset(one.preset));
        case attribute::unit::word:
            return read_word(keys, one, preset(one.preset));
    }
    return 0;
}

std::optional<std::int64_t> read_count(std::string_view text) {
    std::int64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

// A quantity of the command line; empty: it is none, or out of its limits.
std::optional<std::int64_t> read_quantity(std::string_view text, const attribute& one) {
    std::optional<std::int64_t> value;
    switch (one.measure) {
        case attribute::unit::milliseconds:
        case attribute::unit::microseconds:
            if (const std::optional<duration> time = read_duration(text)) {
                value = std::chrono::duration_cast<std::chrono::microseconds>(*time).count();
            }
            break;
        case attribute::unit::kilobytes_per_second:
            value = read_rate_bytes_per_second(text);
            break;
        case attribute::unit::bytes:
            value = read_size_bytes(text);
            break;
        case attribute::unit::count:
            value = read_count(text);
            break;
        case attribute::unit::word: {
            const auto found = std::ranges::find(one.words, text);
            return found == one.words.end()
                       ? std::nullopt
                       : std::optional<std::int64_t>(found - one.words.begin());
        }
    }
    const std::int64_t exact = exact_per(one.measure);
    const bool fits = value && *value >= one.min * exact && *value <= one.max * exact;
    return fits ? value : std::nullopt;
}

std::string_view expected_of(const attribute& one) {
    constexpr std::array<std::string_view, 6> words{
        "a duration such as 50ms", "a duration such as 100us", "a size such as 64KiB",
        "a rate such as 16KiB/s",  "a whole number",           "one of its words"};
    return words.at(static_cast<std::size_t>(one.measure));
}

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw usage_error("--toxic " + std::string(text) + ": " + why);
}

// One `key=value` of the command line that is no attribute; false: it is none of these.
bool read_common(std::string_view text, toxic_spec& spec, std::string_view key,
                 std::string_view value) {
    if (key == "name") {
        spec.name = value;
    } else if (key == "stream") {
        const std::optional<stream_direction> stream = read_direction(value);
        if (!stream) {
            refuse(text, "stream: expected upstream or downstream, got " + in_quotes(value));
        }
        spec.stream = *stream;
    } else if (key == "toxicity") {
        double share = -1;
        const char* const end = value.data() + value.size();
        const auto [stop, error] = std::from_chars(value.data(), end, share);
        if (error != std::errc{} || stop != end || !(share >= 0 && share <= 1)) {
            refuse(text, "toxicity: expected a number from 0 to 1, got " + in_quotes(value));
        }
        spec.toxicity = share;
    } else if (key == "source") {
        spec.source = source_filter::read(value);
        if (!spec.source) {
            refuse(text,
                   "source: expected an address or network such as 127.0.0.2 or 10.0.0.0/8, "
                   "got " +
                       in_quotes(value));
        }
    } else {
        return false;
    }
    return true;
}

void read_attribute(std::string_view text, toxic_spec& spec, std::string_view key,
                    std::string_view value, std::vector<std::string_view>& given) {
    const auto found = std::ranges::find(spec.kind->attributes, key, &attribute::name);
    if (found == spec.kind->attributes.end()) {
        std::vector<std::string_view> known{"name", "stream", "toxicity", "source"};
        std::ranges::transform(spec.kind->attributes, std::back_inserter(known), &attribute::name);
        refuse(text, with_guess("unknown attribute " + in_quotes(key), nearest_word(key, known)));
    }
    const std::optional<std::int64_t> quantity = read_quantity(value, *found);
    if (!quantity) {
        refuse(text, std::string(key) + ": expected " + std::string(expected_of(*found)) +
                         " within its limits, got " + in_quotes(value));
    }
    spec.values[static_cast<std::size_t>(found - spec.kind->attributes.begin())] = *quantity;
    given.push_back(found->name);
}

void complete(toxic_spec& spec) {
    if (spec.name.empty()) {
        spec.name = preset_name(*spec.kind, spec.stream);
    }
}

std::string json_quoted(std::string_view text) {
    return to_json(key_value(std::string(text)));
}

// The shortest decimal that is the same float: "0.2", "1".
std::string spell(float value) {
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    return std::string(text.data(), end);
}

}  // namespace

std::string_view to_text(stream_direction direction) {
    return direction_words.at(static_cast<std::size_t>(direction));
}

std::optional<stream_direction> read_direction(std::string_view text) {
    const auto found = std::ranges::find(direction_words, text);
    return found == direction_words.end()
               ? std::nullopt
               : std::optional(static_cast<stream_direction>(found - direction_words.begin()));
}

std::string preset_name(const toxic_kind& kind, stream_direction stream) {
    return std::string(kind.name) + "_" + std::string(to_text(stream));
}

attribute_values preset_values(const toxic_kind& kind) {
    attribute_values values;
    for (const attribute& one : kind.attributes) {
        values.push_back(one.preset * exact_per(one.measure));
    }
    return values;
}

std::string spell_attribute(const attribute& one, std::int64_t value) {
    const auto bytes = static_cast<std::uint64_t>(value);
    switch (one.measure) {
        case attribute::unit::milliseconds:
        case attribute::unit::microseconds:
            return json_quoted(spell_duration(std::chrono::microseconds(value)));
        case attribute::unit::kilobytes_per_second:
            return json_quoted(spell_size(bytes) + "/s");
        case attribute::unit::bytes:
            return json_quoted(spell_size(bytes));
        case attribute::unit::count:
            return std::to_string(value);
        case attribute::unit::word:
            return json_quoted(one.words[static_cast<std::size_t>(value)]);
    }
    return "";
}

attribute_values read_api_attributes(object_reader& keys, const toxic_kind& kind,
                                     attribute_values values) {
    for (std::size_t index = 0; index < kind.attributes.size(); ++index) {
        const attribute& one = kind.attributes[index];
        if (keys.kind_of(one.name) == object_reader::value_kind::absent) {
            keys.accept(one.name);
            continue;
        }
        values[index] = one.measure == attribute::unit::word
                            ? read_word(keys, one, std::nullopt)
                            : keys.integer(one.name, one.min, one.max) * exact_per(one.measure);
    }
    keys.finish();
    return values;
}

toxic_spec read_toxic(object_reader& keys) {
    toxic_spec spec;
    const std::vector<std::string_view> names = kind_names();
    const word_table kinds = table_of(names);
    const std::int64_t index = keys.choice<std::int64_t>("type", kinds);
    spec.kind = toxic_catalogue()[static_cast<std::size_t>(index)];
    if (keys.kind_of("type") != object_reader::value_kind::text ||
        find_toxic(keys.text("type")) == nullptr) {
        return spec;  // what its other keys have to be nobody knows
    }
    const word_table streams = table_of(direction_words);
    spec.stream = static_cast<stream_direction>(
        keys.choice<std::int64_t>("stream", streams, std::int64_t{1}));
    spec.toxicity = keys.number("toxicity", 0, 1, 1);
    spec.name = keys.text("name", "");
    const std::string source = keys.text("source", "");
    if (!source.empty()) {
        spec.source = source_filter::read(source);
        if (!spec.source) {
            keys.complain("source",
                          "expected an address or network such as \"127.0.0.2\" or "
                          "\"10.0.0.0/8\", got " +
                              in_quotes(source));
        }
    }
    std::vector<problem> ignored;  // an object that is not there has no place to complain of
    std::optional<object_reader> given = keys.object("attributes");
    const json_document nothing = json_document::parse("", "{}", ignored);
    if (!given && std::ranges::any_of(spec.kind->attributes, [](const attribute& one) {
            return one.is == attribute::need::required;
        })) {
        keys.complain("", "required key \"attributes\" is missing");
    }
    object_reader attributes = given ? *std::move(given) : nothing.root(ignored);
    for (const attribute& one : spec.kind->attributes) {
        spec.values.push_back(read_quantity(attributes, one));
    }
    attributes.finish();
    keys.finish();
    complete(spec);
    return spec;
}

toxic_spec read_toxic(std::string_view text) {
    toxic_spec spec;
    const std::size_t colon = text.find(':');
    const std::string_view name = text.substr(0, colon);
    spec.kind = find_toxic(name);
    if (spec.kind == nullptr) {
        refuse(text,
               with_guess("unknown toxic " + in_quotes(name), nearest_word(name, kind_names())));
    }
    spec.values = preset_values(*spec.kind);
    std::vector<std::string_view> given;
    std::string_view rest = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    while (!rest.empty()) {
        const std::string_view part = rest.substr(0, rest.find(','));
        const std::size_t equals = part.find('=');
        if (equals == 0 || equals == std::string_view::npos) {
            refuse(text, "expected name=value, got " + in_quotes(part));
        }
        const std::string_view key = part.substr(0, equals);
        if (!read_common(text, spec, key, part.substr(equals + 1))) {
            read_attribute(text, spec, key, part.substr(equals + 1), given);
        }
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    }
    for (const attribute& one : spec.kind->attributes) {
        if (one.is == attribute::need::required &&
            std::ranges::find(given, one.name) == given.end()) {
            refuse(text, "needs " + std::string(one.name) + ", " + std::string(expected_of(one)));
        }
    }
    complete(spec);
    return spec;
}

std::string to_file_json(const toxic_spec& spec) {
    std::string attributes;
    for (std::size_t index = 0; index < spec.kind->attributes.size(); ++index) {
        const attribute& one = spec.kind->attributes[index];
        attributes += (index == 0 ? "" : ",") + json_quoted(one.name) + ":" +
                      spell_attribute(one, spec.values[index]);
    }
    return "{\"type\":" + json_quoted(spec.kind->name) + ",\"name\":" + json_quoted(spec.name) +
           ",\"stream\":" + json_quoted(to_text(spec.stream)) +
           ",\"toxicity\":" + spell(static_cast<float>(spec.toxicity)) +
           (spec.source ? ",\"source\":" + json_quoted(spec.source->text()) : "") +
           ",\"attributes\":{" + attributes + "}}";
}

std::string to_api_json(const toxic_spec& spec) {
    std::string attributes;
    for (std::size_t index = 0; index < spec.kind->attributes.size(); ++index) {
        const attribute& one = spec.kind->attributes[index];
        const std::int64_t exact = exact_per(one.measure);
        const std::int64_t value = spec.values[index];
        attributes += (index == 0 ? "" : ",") + json_quoted(one.name) + ":";
        if (one.measure == attribute::unit::word) {
            attributes += json_quoted(one.words[static_cast<std::size_t>(value)]);
        } else if (value % exact == 0) {
            attributes += std::to_string(value / exact);
        } else {
            attributes +=
                to_json(key_value(static_cast<double>(value) / static_cast<double>(exact)));
        }
    }
    std::string json = "{\"attributes\":{" + attributes + "},\"name\":" + json_quoted(spec.name) +
                       ",\"type\":" + json_quoted(spec.kind->name) +
                       ",\"stream\":" + json_quoted(to_text(spec.stream)) +
                       ",\"toxicity\":" + spell(static_cast<float>(spec.toxicity));
    if (spec.source) {
        json += ",\"source\":" + json_quoted(spec.source->text());
    }
    return json + "}";
}

}  // namespace stormdrain
