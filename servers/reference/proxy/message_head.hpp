#pragma once
// The lines of a request's or response's head, and which of them a proxy passes on.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reference::proxy {

struct field {
    std::string_view name;
    std::string_view value;
};

// Views into the text that it was made of.
struct head_lines {
    std::string_view first;
    std::vector<field> fields;
};

// `text` ends with the empty line. Nothing when a line is no field.
std::optional<head_lines> split_head(std::string_view text);

// The fields that are for the other end, each with its line end: without those that are for the
// next hop only (RFC 9110 7.6.1), and without Host, Expect and the framing, which whoever writes a
// head says anew.
std::string fields_passed_on(const std::vector<field>& fields);

// RFC 9110 7.6.3: who has passed it on.
inline constexpr std::string_view via_line = "Via: 1.1 stormdrain\r\n";

}  // namespace reference::proxy
