#include "harness/report/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>

namespace stormdrain {
namespace {

constexpr unsigned char escape = 0x1b;

unsigned char byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

struct decoded {
    std::size_t length = 0;  // 0: not valid UTF-8
    std::uint32_t code_point = 0;
};

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
decoded decode(std::string_view bytes) {
    const unsigned char first = byte_at(bytes, 0);
    if (first < 0x80) {
        return {1, first};
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    constexpr std::array<std::uint32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (first < 0xc2 || first > 0xf4 || bytes.size() < length) {
        return {};
    }
    std::uint32_t code_point = first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const unsigned char next = byte_at(bytes, i);
        if ((next & 0xc0U) != 0x80U) {
            return {};
        }
        code_point = (code_point << 6U) | (next & 0x3fU);
    }
    const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
    if (code_point < smallest.at(length) || code_point > 0x10ffff || surrogate) {
        return {};
    }
    return {length, code_point};
}

bool is_shown(std::uint32_t code_point) {
    if (code_point == '\t' || code_point == '\n') {
        return true;
    }
    const bool control = code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0);
    return !control && code_point != 0xfffe && code_point != 0xffff;
}

// Length of the control sequence that begins here with ESC (ECMA-48); 1 when it is none.
std::size_t escape_sequence_length(std::string_view bytes) {
    if (bytes.size() < 2) {
        return 1;
    }
    const unsigned char kind = byte_at(bytes, 1);
    if (kind == '[') {  // CSI: parameters, intermediates, one final byte
        std::size_t at = 2;
        while (at < bytes.size() && byte_at(bytes, at) >= 0x20 && byte_at(bytes, at) < 0x40) {
            ++at;
        }
        return std::min(at + 1, bytes.size());
    }
    if (kind == ']') {  // OSC: up to BEL or ESC backslash, on this line
        const std::size_t end = bytes.find_first_of("\a\x1b\n", 2);
        if (end == std::string_view::npos || bytes[end] == '\n') {
            return 2;
        }
        const bool by_string_terminator = byte_at(bytes, end) == escape;
        return std::min(end + (by_string_terminator ? 2U : 1U), bytes.size());
    }
    return kind >= 0x20 && kind < 0x7f ? 2 : 1;
}

void append_hex(std::string& text, std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        std::array<char, 8> spelled{};
        std::snprintf(spelled.data(), spelled.size(), "\\x%02x",
                      static_cast<unsigned>(byte_at(bytes, i)));
        text += spelled.data();
    }
}

bool is_continuation(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

}  // namespace

std::string printable(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        if (byte_at(bytes, 0) == escape) {
            const std::size_t length = escape_sequence_length(bytes);
            if (length == 1) {
                append_hex(text, bytes.substr(0, 1));
            }
            bytes.remove_prefix(length);
            continue;
        }
        if (bytes.starts_with("\r\n")) {
            bytes.remove_prefix(1);
            continue;
        }
        const decoded next = decode(bytes);
        const std::size_t length = std::max<std::size_t>(next.length, 1);
        if (next.length == 0 || !is_shown(next.code_point)) {
            append_hex(text, bytes.substr(0, length));
        } else {
            text += bytes.substr(0, length);
        }
        bytes.remove_prefix(length);
    }
    return text;
}

std::string one_line(std::string_view bytes, std::size_t bytes_max) {
    // Control sequences are dropped, so more has to be looked at than will be shown.
    const std::string_view looked_at = bytes.substr(0, bytes_max * 4);
    std::string text = printable(looked_at);
    std::ranges::replace(text, '\n', ' ');
    std::ranges::replace(text, '\t', ' ');
    if (text.size() > bytes_max || looked_at.size() < bytes.size()) {
        std::size_t end = std::min(text.size(), bytes_max - 3);
        while (end > 0 && end < text.size() && is_continuation(text[end])) {
            --end;
        }
        text.resize(end);
        text += "...";
    }
    return text;
}

std::string clipped(std::string text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) {
        return text;
    }
    std::size_t end = bytes_max;
    while (end > 0 && is_continuation(text[end])) {
        --end;
    }
    const std::size_t left_out = text.size() - end;
    text.resize(end);
    return text + "\n[" + std::to_string(left_out) + " bytes left out]";
}

std::string xml_escaped(std::string_view text) {
    std::string escaped;
    escaped.reserve(text.size() + text.size() / 8);
    for (const char character : text) {
        switch (character) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':  // always: "]]>" is illegal in content
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            default:
                escaped += character;
        }
    }
    return escaped;
}

std::string utc_text(std::chrono::system_clock::time_point when) {
    const std::time_t whole = std::chrono::system_clock::to_time_t(when);
    std::tm parts{};
    ::gmtime_r(&whole, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    return text.data();
}

std::string percent(double fraction) {
    const double value = fraction * 100.0;
    std::array<char, 32> text{};
    // %.2g would write 100 as 1e+02.
    std::snprintf(text.data(), text.size(),
                  value >= 99.5 ? "%.0f %%"
                  : value >= 10 ? "%.3g %%"
                                : "%.2g %%",
                  value);
    return text.data();
}

std::string shell_quoted(std::string_view word) {
    constexpr std::string_view harmless =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
    if (!word.empty() && word.find_first_not_of(harmless) == std::string_view::npos) {
        return std::string(word);
    }
    std::string quoted = "'";
    for (const char character : word) {
        quoted += character == '\'' ? std::string("'\\''") : std::string(1, character);
    }
    return quoted + "'";
}

}  // namespace stormdrain
