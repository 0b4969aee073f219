#pragma once
// The small words of HTTP's grammar (RFC 9110 section 5.6): tokens, field values, lists, numbers.

#include <cstdint>
#include <optional>
#include <string_view>

namespace stormdrain {

bool equals_ignoring_case(std::string_view left, std::string_view right);

// token: at least one tchar.
bool is_token(std::string_view text);

// Visible characters, spaces, tabs and obs-text: what a field value and a reason phrase may hold.
bool is_field_text(std::string_view text);

std::string_view without_outer_whitespace(std::string_view text);

// A line `name: value` of a header or trailer section, or null when it is none.
struct field_line {
    std::string_view name;
    std::string_view value;  // without the whitespace around it
};
std::optional<field_line> parse_field_line(std::string_view line);

// Takes the first element of a comma-separated list off its front, without whitespace around it.
std::string_view take_element(std::string_view& list);

// 1*DIGIT, or null when it is anything else or does not fit.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

// chunk-size [ chunk-ext ] (RFC 9112 section 7.1.1), or null when it is anything else.
std::optional<std::uint64_t> parse_chunk_line(std::string_view line);

}  // namespace stormdrain
