#include "servers/reference/proxy/message_head.hpp"

#include "servers/reference/field_syntax.hpp"

#include <algorithm>
#include <array>

namespace reference::proxy {
namespace {

constexpr std::string_view line_end = "\r\n";

std::string_view take_line(std::string_view& text) {
    const auto end = text.find(line_end);
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + line_end.size());
    return line;
}

// What the fields `Connection` name, which is for this hop as well.
std::vector<std::string_view> named_by_connection(const std::vector<field>& fields) {
    std::vector<std::string_view> named;
    for (const field& one : fields) {
        if (!same_word(one.name, "connection")) {
            continue;
        }
        std::string_view rest = one.value;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            named.push_back(trim(rest.substr(0, comma)));
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
        }
    }
    return named;
}

}  // namespace

std::optional<head_lines> split_head(std::string_view text) {
    // parse_head() forgives empty lines before a request.
    while (text.starts_with(line_end)) {
        text.remove_prefix(line_end.size());
    }
    head_lines lines;
    lines.first = take_line(text);
    for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
            return std::nullopt;
        }
        const field one = {.name = line.substr(0, colon), .value = trim(line.substr(colon + 1))};
        if (!is_field_value(one.value)) {
            return std::nullopt;
        }
        lines.fields.push_back(one);
    }
    return lines;
}

std::string fields_passed_on(const std::vector<field>& fields) {
    // Trailer as well: the trailer fields of a chunked body are not passed on.
    constexpr std::array<std::string_view, 10> kept_back = {
        "connection", "proxy-connection", "keep-alive", "te",   "transfer-encoding",
        "upgrade",    "trailer",          "expect",     "host", "content-length"};
    const std::vector<std::string_view> named = named_by_connection(fields);
    std::string text;
    for (const field& one : fields) {
        const auto is_name = [&](std::string_view name) { return same_word(name, one.name); };
        if (std::any_of(kept_back.begin(), kept_back.end(), is_name) ||
            std::any_of(named.begin(), named.end(), is_name)) {
            continue;
        }
        text += one.name;
        text += ": ";
        text += one.value;
        text += line_end;
    }
    return text;
}

}  // namespace reference::proxy
