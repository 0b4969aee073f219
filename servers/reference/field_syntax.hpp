#pragma once
// The words that request and response heads are made of (RFC 9110 5, RFC 9112 5).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reference {

bool is_token_character(char c);
bool is_token(std::string_view text);
bool is_field_value(std::string_view text);
char to_lower(char c);
std::string to_lower(std::string_view text);
// Without regard to case.
bool same_word(std::string_view left, std::string_view right);
// Without blanks at its ends.
std::string_view trim(std::string_view text);
// Digits and nothing else.
std::optional<std::uint64_t> to_decimal(std::string_view text);

}  // namespace reference
