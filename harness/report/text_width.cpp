#include "harness/report/text_width.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace stormdrain {
namespace {

struct code_range {
    std::uint32_t first;
    std::uint32_t last;
};

// General categories Mn and Me of the scripts that names are written in, and what has no width.
constexpr std::array<code_range, 13> no_column{{{0x300, 0x36f},
                                                {0x483, 0x489},
                                                {0x591, 0x5bd},
                                                {0x610, 0x61a},
                                                {0x64b, 0x65f},
                                                {0x200b, 0x200f},
                                                {0x202a, 0x202e},
                                                {0x2060, 0x2064},
                                                {0x20d0, 0x20ff},
                                                {0xfe00, 0xfe0f},
                                                {0xfe20, 0xfe2f},
                                                {0xfeff, 0xfeff},
                                                {0xe0100, 0xe01ef}}};

// Unicode Standard Annex #11, classes W and F, in blocks: where some of a block are narrow, a line
// that is one column too short does no harm, and one that is too long breaks.
constexpr std::array<code_range, 17> two_columns{{{0x1100, 0x115f},
                                                  {0x231a, 0x231b},
                                                  {0x2329, 0x232a},
                                                  {0x23e9, 0x23f3},
                                                  {0x25fd, 0x25fe},
                                                  {0x2614, 0x27bf},
                                                  {0x2b1b, 0x2b55},
                                                  {0x2e80, 0x303e},
                                                  {0x3041, 0xa4cf},
                                                  {0xa960, 0xa97f},
                                                  {0xac00, 0xd7a3},
                                                  {0xf900, 0xfaff},
                                                  {0xfe30, 0xfe6f},
                                                  {0xff00, 0xff60},
                                                  {0xffe0, 0xffe6},
                                                  {0x1f300, 0x1faff},
                                                  {0x20000, 0x3fffd}}};

constexpr std::string_view cut_mark = "...";

template <std::size_t Count>
bool is_in(const std::array<code_range, Count>& ranges, std::uint32_t code_point) {
    return std::ranges::any_of(ranges, [code_point](const code_range& one) {
        return code_point >= one.first && code_point <= one.last;
    });
}

std::size_t width_of(std::uint32_t code_point) {
    return is_in(no_column, code_point) ? 0 : is_in(two_columns, code_point) ? 2 : 1;
}

struct character {
    std::size_t at = 0;  // its first byte
    std::size_t columns = 0;
};

std::vector<character> characters_of(std::string_view text) {
    std::vector<character> found;
    for (std::size_t at = 0; at < text.size();) {
        const auto first = static_cast<unsigned char>(text[at]);
        const std::size_t wanted = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
        const std::size_t length = std::min(wanted, text.size() - at);
        std::uint32_t code_point = length == 1 ? first : first & (0xffU >> (length + 1));
        for (std::size_t i = 1; i < length; ++i) {
            code_point = (code_point << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
        }
        found.push_back({at, width_of(code_point)});
        at += length;
    }
    return found;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    for (const character& one : characters_of(text)) {
        columns += one.columns;
    }
    return columns;
}

std::string cut_behind(std::string_view text, std::size_t columns) {
    if (columns == 0 || columns_of(text) <= columns) {
        return std::string(text);
    }
    const std::string_view mark = cut_mark.substr(0, columns);
    std::size_t taken = mark.size();
    for (const character& one : characters_of(text)) {
        taken += one.columns;
        if (taken > columns) {
            return std::string(text.substr(0, one.at)) + std::string(mark);
        }
    }
    return std::string(text);
}

std::string cut_before(std::string_view text, std::size_t columns) {
    if (columns == 0 || columns_of(text) <= columns) {
        return std::string(text);
    }
    const std::string_view mark = cut_mark.substr(0, columns);
    std::size_t left = columns_of(text) + mark.size();
    for (const character& one : characters_of(text)) {
        // A mark without a column belongs to the character before it, which is gone.
        if (left <= columns && one.columns > 0) {
            return std::string(mark) + std::string(text.substr(one.at));
        }
        left -= one.columns;
    }
    return std::string(mark);
}

std::string wrapped(std::string_view text, std::size_t columns, std::size_t indent) {
    if (columns == 0) {
        return std::string(text);
    }
    std::string lines;
    std::size_t taken = 0;
    while (!text.empty()) {
        const std::size_t word_at = std::min(text.find_first_not_of(' '), text.size());
        const std::size_t word_end = std::min(text.find(' ', word_at), text.size());
        const std::string_view word = text.substr(word_at, word_end - word_at);
        const std::size_t wide = columns_of(word);
        if (taken > indent && taken + word_at + wide > columns) {
            lines += "\n" + std::string(indent, ' ');
            taken = indent;
        } else {
            lines += text.substr(0, word_at);
            taken += word_at;
        }
        lines += word;
        taken += wide;
        text.remove_prefix(word_end);
    }
    return lines;
}

std::string filled(std::string text, std::size_t columns) {
    const std::size_t taken = columns_of(text);
    text.append(columns > taken ? columns - taken : 0, ' ');
    return text;
}

}  // namespace stormdrain
