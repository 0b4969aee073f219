#include "harness/config/invocation.hpp"

#include <charconv>

namespace stormdrain {

std::optional<seed> read_seed(std::string_view text) {
    const bool is_hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    const std::string_view digits = is_hexadecimal ? text.substr(2) : text;
    seed value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value, is_hexadecimal ? 16 : 10);
    return error == std::errc{} && stop == end ? std::optional(value) : std::nullopt;
}

}  // namespace stormdrain
