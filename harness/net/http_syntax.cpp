#include "harness/net/http_syntax.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace stormdrain {
namespace {

constexpr std::array<bool, 256> make_token_table() {
    std::array<bool, 256> table{};
    for (const char character :
         std::string_view("!#$%&'*+-.^_`|~0123456789"
                          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
        table[static_cast<unsigned char>(character)] = true;
    }
    return table;
}

constexpr std::array<bool, 256> token_table = make_token_table();

bool is_token_character(char character) {
    return token_table[static_cast<unsigned char>(character)];
}

bool is_field_character(char character) {
    const auto code = static_cast<unsigned char>(character);
    return (code >= 0x20 && code != 0x7f) || code == '\t';
}

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
}

bool is_whitespace(char character) {
    return character == ' ' || character == '\t';
}

std::optional<std::uint64_t> parse_number(std::string_view text, int base) {
    std::uint64_t value = 0;
    // For unsigned types from_chars takes digits only: no sign, no space, no prefix.
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

void skip_whitespace(std::string_view& text) {
    const auto* const first =
        std::find_if_not(text.begin(), text.end(), [](char one) { return is_whitespace(one); });
    text.remove_prefix(static_cast<std::size_t>(first - text.begin()));
}

bool skip_token(std::string_view& text) {
    const auto* const end = std::find_if_not(text.begin(), text.end(), is_token_character);
    const auto length = static_cast<std::size_t>(end - text.begin());
    text.remove_prefix(length);
    return length > 0;
}

// quoted-string (RFC 9110 section 5.6.4).
bool skip_quoted_string(std::string_view& text) {
    for (std::size_t index = 1; index < text.size(); ++index) {
        if (text[index] == '"') {
            text.remove_prefix(index + 1);
            return true;
        }
        if (text[index] == '\\') {
            ++index;
        }
        if (index == text.size() || !is_field_character(text[index])) {
            return false;
        }
    }
    return false;
}

// BWS ";" BWS name [ BWS "=" BWS value ]
bool skip_chunk_extension(std::string_view& text) {
    skip_whitespace(text);
    if (text.empty() || text.front() != ';') {
        return false;
    }
    text.remove_prefix(1);
    skip_whitespace(text);
    if (!skip_token(text)) {
        return false;
    }
    std::string_view after_name = text;
    skip_whitespace(after_name);
    if (after_name.empty() || after_name.front() != '=') {
        return true;  // whitespace here belongs to the next extension
    }
    text = after_name.substr(1);
    skip_whitespace(text);
    const bool is_quoted = !text.empty() && text.front() == '"';
    return is_quoted ? skip_quoted_string(text) : skip_token(text);
}

}  // namespace

bool equals_ignoring_case(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(),
                      [](char one, char other) { return lower(one) == lower(other); });
}

// Lambdas, here and below: a function that is passed by its address is called for each character.
bool is_token(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char one) { return is_token_character(one); });
}

bool is_field_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char one) { return is_field_character(one); });
}

std::string_view without_outer_whitespace(std::string_view text) {
    skip_whitespace(text);
    while (!text.empty() && is_whitespace(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::optional<field_line> parse_field_line(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    field_line field{line.substr(0, colon), without_outer_whitespace(line.substr(colon + 1))};
    // A name that is no token covers folded lines and whitespace before the colon, through which
    // requests were smuggled (RFC 9112 sections 5.1 and 5.2).
    if (!is_token(field.name) || !is_field_text(field.value)) {
        return std::nullopt;
    }
    return field;
}

std::string_view take_element(std::string_view& list) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view element = without_outer_whitespace(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    return element;
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
    return parse_number(text, 10);
}

std::optional<std::uint64_t> parse_chunk_line(std::string_view line) {
    const std::size_t digits = std::min(line.find_first_of(" \t;"), line.size());
    const std::optional<std::uint64_t> size = parse_number(line.substr(0, digits), 16);
    line.remove_prefix(digits);
    while (size && !line.empty()) {
        if (!skip_chunk_extension(line)) {
            return std::nullopt;
        }
    }
    return size;
}

}  // namespace stormdrain
