#include "harness/config/object_reader.hpp"

#include <algorithm>

namespace stormdrain {
namespace {

// Longer words are not slips of the finger, and the table below grows with the square.
constexpr std::size_t word_characters_max = 64;

// Damerau-Levenshtein in its "optimal string alignment" form: inserted, dropped, changed and
// swapped neighbouring characters count one each.
std::size_t distance(std::string_view left, std::string_view right) {
    const std::size_t width = right.size() + 1;
    std::vector<std::size_t> before(width);
    std::vector<std::size_t> row(width);
    std::vector<std::size_t> next(width);
    for (std::size_t column = 0; column < width; ++column) {
        row[column] = column;
    }
    for (std::size_t i = 1; i <= left.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j < width; ++j) {
            const std::size_t changed = left[i - 1] == right[j - 1] ? 0 : 1;
            next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + changed});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
                next[j] = std::min(next[j], before[j - 2] + 1);
            }
        }
        std::swap(before, row);
        std::swap(row, next);
    }
    return row[right.size()];
}

// "idle" was meant as "idle_keep_alive", when no other word begins so.
std::optional<std::string> only_longer_form(std::string_view word,
                                            std::span<const std::string_view> known) {
    constexpr std::size_t beginning_characters_min = 3;
    const auto begins_so = [word](std::string_view each) { return each.starts_with(word); };
    if (word.size() < beginning_characters_min || std::ranges::count_if(known, begins_so) != 1) {
        return {};
    }
    return std::string(*std::ranges::find_if(known, begins_so));
}

}  // namespace

std::optional<std::string> nearest_word(std::string_view word,
                                        std::span<const std::string_view> known) {
    if (word.empty() || word.size() > word_characters_max) {
        return {};
    }
    std::optional<std::string> nearest;
    // A third of the word may be wrong, but never all of it.
    std::size_t best = std::min(word.size(), std::max<std::size_t>(word.size() / 3, 1) + 1);
    for (const std::string_view candidate : known) {
        if (candidate.size() > word_characters_max) {
            continue;
        }
        const std::size_t apart = distance(word, candidate);
        if (apart < best) {
            best = apart;
            nearest = std::string(candidate);
        }
    }
    return nearest ? nearest : only_longer_form(word, known);
}

std::string with_guess(std::string message, const std::optional<std::string>& guess) {
    return guess && !guess->empty() ? message + "; did you mean " + in_quotes(*guess) + "?"
                                    : message;
}

}  // namespace stormdrain
