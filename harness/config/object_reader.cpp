#include "harness/config/object_reader.hpp"

#include "harness/config/json_tree.hpp"
#include "harness/config/key_question.hpp"
#include "harness/config/quantity.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace stormdrain {
namespace {

// What became of one value: the value itself, or a guess at what was meant.
template <class Value>
struct reading {
    std::optional<Value> value;
    std::string meant;
};

std::string whole_number_from(std::int64_t min, std::int64_t max) {
    return min == max ? std::to_string(min)
                      : "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
}

std::string spell_number(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", value);
    return text.data();
}

// For a bare number the guess is its commonest unit.
template <class Value>
reading<Value> read_quantity(const object_reader::node& value, Value min, Value max,
                             std::optional<Value> (*read)(std::string_view),
                             std::optional<std::string> (*correct)(std::string_view),
                             std::string_view unit) {
    if (value.kind == object_reader::value_kind::number) {
        const std::string meant = value.text + std::string(unit);
        return {{}, read(meant) ? meant : ""};
    }
    if (value.kind != object_reader::value_kind::text) {
        return {};
    }
    const std::optional<Value> quantity = read(value.text);
    if (!quantity) {
        return {{}, correct(value.text).value_or("")};
    }
    return quantity >= min && quantity <= max ? reading<Value>{quantity, ""} : reading<Value>{};
}

reading<std::int64_t> read_integer(const object_reader::node& value, std::int64_t min,
                                   std::int64_t max) {
    const bool fits = value.integer && *value.integer >= min && *value.integer <= max;
    return {fits ? value.integer : std::nullopt, ""};
}

reading<std::string> read_text(const object_reader::node& value) {
    // What users write ends in argv, paths and headers: a NUL would cut it silently.
    const bool usable =
        value.kind == object_reader::value_kind::text && value.text.find('\0') == std::string::npos;
    return {usable ? std::optional(value.text) : std::nullopt, ""};
}

std::string spell_rate(std::uint64_t bytes_per_second) {
    return spell_size(bytes_per_second) + "/s";
}

// Suffix "/s" around the size's correction.
std::optional<std::string> corrected_rate(std::string_view text) {
    const std::string_view size = text.substr(0, text.find('/'));
    const std::optional<std::string> meant = corrected_size(size);
    return meant ? std::optional(*meant + "/s") : std::nullopt;
}

}  // namespace

object_reader::object_reader(std::shared_ptr<const node> where, std::vector<problem>& problems)
    : node_(std::move(where)), problems_(&problems) {}
object_reader::object_reader(object_reader&&) noexcept = default;
object_reader& object_reader::operator=(object_reader&&) noexcept = default;
object_reader::~object_reader() = default;

const object_reader::node* object_reader::ask(std::string_view key) {
    if (std::ranges::find(asked_, key) == asked_.end()) {
        asked_.emplace_back(key);
    }
    return node_->find(key);
}

void object_reader::note(const node& at, std::string message) {
    problems_->push_back(
        {node_->root().file, at.where.line, at.where.column, at.path(), std::move(message)});
}

void object_reader::note_missing(std::string_view key, const std::string& expected) {
    note(*node_, "required key " + in_quotes(key) + " is missing; expected " + expected);
}

template <class Value, class Read>
Value object_reader::get(std::string_view key, const std::string& expected,
                         std::optional<Value> fallback, Read read) {
    const node* const value = ask(key);
    if (value == nullptr) {
        if (!fallback) {
            note_missing(key, expected);
        }
        return fallback ? *std::move(fallback) : Value{};
    }
    reading<Value> result = read(*value);
    if (!result.value) {
        note(*value,
             with_guess("expected " + expected + ", got " + described(*value), result.meant));
        return fallback ? *std::move(fallback) : Value{};
    }
    return *std::move(result.value);
}

bool object_reader::has(std::string_view key) const {
    if (record_ != nullptr) {
        record_->note_look(key);
    }
    return node_->find(key) != nullptr;
}

std::string object_reader::text(std::string_view key, std::optional<std::string> fallback) {
    const question<std::string> asked{*node_, key, key_type::text, fallback};
    return told(record_, asked, get<std::string>(key, "text", fallback, read_text));
}

bool object_reader::flag(std::string_view key, bool fallback) {
    const auto read = [](const node& value) -> reading<bool> {
        return {value.kind == value_kind::boolean ? std::optional(value.boolean) : std::nullopt,
                ""};
    };
    const std::optional<bool> preset = fallback;
    const question<bool> asked{*node_, key, key_type::flag, preset};
    return told(record_, asked, get<bool>(key, "true or false", fallback, read));
}

std::int64_t object_reader::integer(std::string_view key, std::int64_t min, std::int64_t max,
                                    std::optional<std::int64_t> fallback) {
    const auto read = [&](const node& value) { return read_integer(value, min, max); };
    const question<std::int64_t> asked{*node_, key, key_type::integer, fallback, {{min, max}}};
    return told(record_, asked,
                get<std::int64_t>(key, whole_number_from(min, max), fallback, read));
}

double object_reader::number(std::string_view key, double min, double max,
                             std::optional<double> fallback) {
    const auto read = [&](const node& value) -> reading<double> {
        const bool fits =
            value.kind == value_kind::number && value.number >= min && value.number <= max;
        return {fits ? std::optional(value.number) : std::nullopt, ""};
    };
    const question<double> asked{*node_, key, key_type::number, fallback, {{min, max}}};
    return told(record_, asked,
                get<double>(key, "a number from " + spell_number(min) + " to " + spell_number(max),
                            fallback, read));
}

duration object_reader::length_of_time(std::string_view key, duration min, duration max,
                                       std::optional<duration> fallback) {
    const auto read = [&](const node& value) {
        return read_quantity<duration>(value, min, max, read_duration, corrected_duration, "s");
    };
    const question<duration> asked{*node_, key, key_type::length_of_time, fallback, {{min, max}}};
    const duration length = get<duration>(key,
                                          "a duration such as \"250ms\", \"5s\" or \"2min\" from " +
                                              spell_duration(min) + " to " + spell_duration(max),
                                          fallback, read);
    return told(record_, asked, length, spell_duration);
}

std::uint64_t object_reader::size_bytes(std::string_view key, std::uint64_t min, std::uint64_t max,
                                        std::optional<std::uint64_t> fallback) {
    const auto read = [&](const node& value) {
        return read_quantity<std::uint64_t>(value, min, max, read_size_bytes, corrected_size, "B");
    };
    const question<std::uint64_t> asked{*node_, key, key_type::size, fallback, {{min, max}}};
    const std::uint64_t bytes =
        get<std::uint64_t>(key,
                           "a size such as \"512B\", \"64KiB\" or \"8MiB\" from " +
                               spell_size(min) + " to " + spell_size(max),
                           fallback, read);
    return told(record_, asked, bytes, spell_size);
}

std::uint64_t object_reader::rate_bytes_per_second(std::string_view key, std::uint64_t min,
                                                   std::uint64_t max,
                                                   std::optional<std::uint64_t> fallback) {
    const auto read = [&](const node& value) {
        return read_quantity<std::uint64_t>(value, min, max, read_rate_bytes_per_second,
                                            corrected_rate, "B/s");
    };
    const question<std::uint64_t> asked{*node_, key, key_type::rate, fallback, {{min, max}}};
    const std::uint64_t bytes =
        get<std::uint64_t>(key,
                           "a rate such as \"512B/s\" or \"16KiB/s\" from " + spell_rate(min) +
                               " to " + spell_rate(max),
                           fallback, read);
    return told(record_, asked, bytes, spell_rate);
}

std::vector<std::string> object_reader::texts(std::string_view key,
                                              std::optional<std::vector<std::string>> fallback) {
    const question<std::vector<std::string>> asked{*node_, key, key_type::texts, fallback};
    if (node_->find(key) == nullptr) {
        const auto read = [](const node&) -> reading<std::vector<std::string>> { return {}; };
        return told(record_, asked,
                    get<std::vector<std::string>>(key, "a list of texts", fallback, read));
    }
    std::vector<std::string> result;
    std::optional<object_reader> entries = nested(key, value_kind::array, "a list of texts");
    for (const std::string& index : entries ? entries->keys() : std::vector<std::string>{}) {
        result.push_back(entries->text(index));
    }
    return told(record_, asked, std::move(result));
}

std::vector<std::int64_t> object_reader::integers(
    std::string_view key, std::int64_t min, std::int64_t max,
    std::optional<std::vector<std::int64_t>> fallback) {
    // The limits are those of each number.
    const question<std::vector<std::int64_t>> asked{
        *node_, key, key_type::integers, fallback, {{{min}, {max}}}};
    if (node_->find(key) == nullptr) {
        const auto read = [](const node&) -> reading<std::vector<std::int64_t>> { return {}; };
        return told(record_, asked,
                    get<std::vector<std::int64_t>>(key, "a list of whole numbers", fallback, read));
    }
    std::vector<std::int64_t> result;
    std::optional<object_reader> entries =
        nested(key, value_kind::array, "a list of whole numbers");
    for (const std::string& index : entries ? entries->keys() : std::vector<std::string>{}) {
        result.push_back(entries->integer(index, min, max));
    }
    return told(record_, asked, std::move(result));
}

std::optional<std::size_t> object_reader::choice_index(std::string_view key,
                                                       std::span<const std::string_view> known,
                                                       bool has_fallback) {
    std::string expected = known.size() == 1 ? "" : "one of ";
    for (const std::string_view word : known) {
        expected += (word == known.front() ? "" : ", ") + in_quotes(word);
    }
    const node* const value = ask(key);
    if (value == nullptr) {
        if (!has_fallback) {
            note_missing(key, expected);
        }
        return {};
    }
    const bool is_text = value->kind == value_kind::text;
    const auto found = std::ranges::find(known, value->text);
    if (is_text && found != known.end()) {
        return static_cast<std::size_t>(found - known.begin());
    }
    note(*value, with_guess("expected " + expected + ", got " + described(*value),
                            is_text ? nearest_word(value->text, known) : std::nullopt));
    return {};
}

void object_reader::record_choice(std::string_view key, std::span<const std::string_view> known,
                                  std::optional<std::size_t> preset,
                                  std::optional<std::size_t> chosen) {
    const auto word = [&](std::size_t index) { return key_value(std::string(known[index])); };
    asked_key asked;
    asked.name = key;
    asked.type = key_type::word;
    asked.words.assign(known.begin(), known.end());
    asked.preset = preset ? std::optional(word(*preset)) : std::nullopt;
    asked.value = chosen ? std::optional(word(*chosen)) : std::nullopt;
    record_->note(std::move(asked));
}

std::optional<object_reader> object_reader::nested(std::string_view key, value_kind kind,
                                                   const std::string& expected) {
    const node* const value = ask(key);
    if (value == nullptr) {
        return {};
    }
    if (value->kind != kind) {
        note(*value, "expected " + expected + ", got " + described(*value));
        return {};
    }
    // Shares the ownership of the whole document.
    return object_reader(std::shared_ptr<const node>(node_, value), *problems_);
}

// Of what is nested only a list of texts (or quantities) has a value in the record.
void object_reader::record_nested(std::string_view key, key_type type) {
    if (record_ == nullptr) {
        return;
    }
    asked_key asked;
    asked.name = key;
    asked.type = type;
    const node* const value = node_->find(key);
    const bool is_list = value != nullptr && value->kind == value_kind::array;
    if (is_list && std::ranges::all_of(value->children, [](const auto& child) {
            return child->kind == value_kind::text;
        })) {
        std::vector<std::string> texts;
        std::ranges::transform(value->children, std::back_inserter(texts),
                               [](const auto& child) { return child->text; });
        asked.value = std::move(texts);
    }
    record_->note(std::move(asked));
}

std::optional<object_reader> object_reader::object(std::string_view key) {
    record_nested(key, key_type::object);
    return nested(key, value_kind::object, "an object");
}

std::optional<object_reader> object_reader::list(std::string_view key) {
    record_nested(key, key_type::list);
    return nested(key, value_kind::array, "a list");
}

std::vector<object_reader> object_reader::objects(std::string_view key) {
    record_nested(key, key_type::list);
    std::vector<object_reader> result;
    std::optional<object_reader> entries = nested(key, value_kind::array, "a list of objects");
    for (const std::string& index : entries ? entries->keys() : std::vector<std::string>{}) {
        if (std::optional<object_reader> entry = entries->object(index)) {
            result.push_back(*std::move(entry));
        }
    }
    return result;
}

std::vector<std::pair<std::string, object_reader>> object_reader::members() {
    std::vector<std::pair<std::string, object_reader>> result;
    for (const std::string& name : keys()) {
        if (std::optional<object_reader> member = object(name)) {
            result.emplace_back(name, *std::move(member));
        }
    }
    return result;
}

std::vector<std::string> object_reader::keys() const {
    std::vector<std::string> result;
    for (const auto& child : node_->children) {
        if (child->key != "$comment") {
            result.push_back(child->key);
        }
    }
    return result;
}

object_reader::value_kind object_reader::kind_of(std::string_view key) const {
    const node* const value = node_->find(key);
    return value == nullptr ? value_kind::absent : value->kind;
}

void object_reader::accept(std::string_view key) {
    ask(key);
}

void object_reader::complain(std::string_view key, std::string message) {
    const node* const value = key.empty() ? nullptr : node_->find(key);
    note(value == nullptr ? *node_ : *value, std::move(message));
}

int object_reader::line() const {
    return node_->where.line;
}

const std::string& object_reader::file() const {
    return node_->root().file;
}

void object_reader::finish() {
    const std::vector<std::string_view> known(asked_.begin(), asked_.end());
    for (const auto& child : node_->children) {
        const bool is_note =
            child->key == "$comment" || (child->key == "$schema" && node_->parent == nullptr);
        if (is_note || std::ranges::find(asked_, child->key) != asked_.end()) {
            continue;
        }
        problems_->push_back(
            {file(), child->key_where.line, child->key_where.column, child->path(),
             with_guess("unknown key " + in_quotes(child->key), nearest_word(child->key, known))});
    }
}

}  // namespace stormdrain
