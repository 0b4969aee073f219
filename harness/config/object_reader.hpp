#pragma once
// The strict reader of the files that users write. Getters ask for keys by name and type; what was
// not asked for by finish() is an unknown key. Problems are gathered, not thrown: a getter that
// fails notes the problem and returns its fallback (or an empty value), and reading goes on.
//
//   json_document file = json_document::load("suite.json", problems);
//   object_reader root = file.root(problems);
//   const std::string name = root.text("name");
//   const duration budget = root.length_of_time("budget", 0s, 24h, 10min);
//   root.finish();

#include "harness/base/time.hpp"
#include "harness/config/key_record.hpp"
#include "harness/config/problem.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain {

template <class Enum>
using choice_table = std::span<const std::pair<std::string_view, Enum>>;

class object_reader {
public:
    struct node;  // a JSON value with its document: nlohmann stays in one translation unit

    object_reader(std::shared_ptr<const node> where, std::vector<problem>& problems);
    object_reader(object_reader&&) noexcept;
    object_reader& operator=(object_reader&&) noexcept;
    object_reader(const object_reader&) = delete;
    object_reader& operator=(const object_reader&) = delete;
    ~object_reader();

    // From now on every key of this object that is asked for is noted; null ends that. Returns the
    // record that was lent before.
    key_record* record_into(key_record* record) { return std::exchange(record_, record); }

    // Asks whether the key is there, without counting as reading it.
    bool has(std::string_view key) const;

    // Without a fallback the key is required.
    std::string text(std::string_view key, std::optional<std::string> fallback = {});
    bool flag(std::string_view key, bool fallback);
    std::int64_t integer(std::string_view key, std::int64_t min, std::int64_t max,
                         std::optional<std::int64_t> fallback = {});
    double number(std::string_view key, double min, double max,
                  std::optional<double> fallback = {});
    // "250ms", "5s", "2min", "1h", "40us"; a bare number is a problem.
    duration length_of_time(std::string_view key, duration min, duration max,
                            std::optional<duration> fallback = {});
    // "512B", "64KiB", "8MiB", "1GiB".
    std::uint64_t size_bytes(std::string_view key, std::uint64_t min, std::uint64_t max,
                             std::optional<std::uint64_t> fallback = {});
    // "16KiB/s"
    std::uint64_t rate_bytes_per_second(std::string_view key, std::uint64_t min, std::uint64_t max,
                                        std::optional<std::uint64_t> fallback = {});
    std::vector<std::string> texts(std::string_view key,
                                   std::optional<std::vector<std::string>> fallback = {});
    std::vector<std::int64_t> integers(std::string_view key, std::int64_t min, std::int64_t max,
                                       std::optional<std::vector<std::int64_t>> fallback = {});

    // One of the words of the table; the problem lists them and guesses.
    template <class Enum>
    Enum choice(std::string_view key, choice_table<Enum> words, std::optional<Enum> fallback = {}) {
        std::vector<std::string_view> known;
        for (const auto& [word, meaning] : words) {
            known.push_back(word);
        }
        const std::optional<std::size_t> index = choice_index(key, known, fallback.has_value());
        if (record_ != nullptr) {
            std::optional<std::size_t> preset;
            for (std::size_t each = 0; fallback && !preset && each < words.size(); ++each) {
                preset = words[each].second == *fallback ? std::optional(each) : std::nullopt;
            }
            record_choice(key, known, preset, index ? index : preset);
        }
        return index ? words[*index].second : fallback.value_or(Enum{});
    }

    // A nested object; empty when the key is absent (or not an object: a problem).
    std::optional<object_reader> object(std::string_view key);
    std::vector<object_reader> objects(std::string_view key);
    // A list whose elements are of more than one type, as an object with the keys "0", "1", ...
    std::optional<object_reader> list(std::string_view key);
    // Reads this object as a map from free names to objects: every member counts as read.
    std::vector<std::pair<std::string, object_reader>> members();
    // The names of all keys, in the file's order; none counts as read.
    std::vector<std::string> keys() const;

    // What kind of value stands under the key, for keys that take more than one.
    enum class value_kind { absent, null, boolean, number, text, array, object };
    value_kind kind_of(std::string_view key) const;
    // The key counts as read, its value was looked at by kind_of().
    void accept(std::string_view key);

    // Notes a problem at the key's value (at the object itself when the key is empty or absent).
    void complain(std::string_view key, std::string message);
    int line() const;
    const std::string& file() const;

    // Every key that nobody asked for is a problem: unknown key "cuont"; did you mean "count"?
    // "$comment" is allowed everywhere, "$schema" at the root.
    void finish();

private:
    const node* ask(std::string_view key);
    void note(const node& at, std::string message);
    void note_missing(std::string_view key, const std::string& expected);
    template <class Value, class Read>
    Value get(std::string_view key, const std::string& expected, std::optional<Value> fallback,
              Read read);
    std::optional<object_reader> nested(std::string_view key, value_kind kind,
                                        const std::string& expected);

    std::optional<std::size_t> choice_index(std::string_view key,
                                            std::span<const std::string_view> known,
                                            bool has_fallback);
    void record_nested(std::string_view key, key_type type);
    void record_choice(std::string_view key, std::span<const std::string_view> known,
                       std::optional<std::size_t> preset, std::optional<std::size_t> chosen);

    std::shared_ptr<const node> node_;
    std::vector<problem>* problems_;
    std::vector<std::string> asked_;
    key_record* record_ = nullptr;
};

// A parsed file: JSON with // and /* */ comments; duplicate keys and bad UTF-8 are problems.
class json_document {
public:
    static constexpr std::uint64_t file_bytes_max = 4 * 1024 * 1024;

    // A file that cannot be read or is not JSON is a problem; root() is then an empty object, whose
    // missing keys are worth no further words: ask readable() first.
    static json_document load(const std::string& path, std::vector<problem>& problems);
    static json_document parse(std::string file, std::string_view text,
                               std::vector<problem>& problems);

    bool readable() const;
    object_reader root(std::vector<problem>& problems) const;

private:
    static json_document unreadable(std::string file);

    explicit json_document(std::shared_ptr<const object_reader::node> root);
    std::shared_ptr<const object_reader::node> root_;
};

// The known word nearest to `word`, when it is near enough to be a slip of the finger.
std::optional<std::string> nearest_word(std::string_view word,
                                        std::span<const std::string_view> known);

// For messages: in quotes, with control characters escaped; long texts are cut.
std::string in_quotes(std::string_view text);
// "message; did you mean "guess"?", or the message alone when there is no guess.
std::string with_guess(std::string message, const std::optional<std::string>& guess);

}  // namespace stormdrain
