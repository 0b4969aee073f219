#include "harness/net/http2/frames.hpp"

#include "harness/net/http_syntax.hpp"

#include <algorithm>
#include <cctype>

namespace stormdrain {
namespace {

void append_number(std::string& bytes, std::uint32_t value, int bytes_count) {
    for (int shift = 8 * (bytes_count - 1); shift >= 0; shift -= 8) {
        bytes += static_cast<char>((value >> shift) & 0xffU);
    }
}

std::uint32_t number_in(std::string_view bytes) {
    std::uint32_t value = 0;
    for (const char c : bytes) {
        value = value << 8U | static_cast<unsigned char>(c);
    }
    return value;
}

// RFC 7541 5.2, without Huffman coding.
void append_text(std::string& block, std::string_view text) {
    constexpr std::size_t prefix_max = 127;
    std::size_t rest = text.size();
    if (rest < prefix_max) {
        block += static_cast<char>(rest);
    } else {
        block += static_cast<char>(prefix_max);
        for (rest -= prefix_max; rest >= 128; rest /= 128) {
            block += static_cast<char>(rest % 128 + 128);
        }
        block += static_cast<char>(rest);
    }
    block += text;
}

// Names of the static table (RFC 7541 A).
constexpr char index_of_authority = 1;
constexpr char index_of_method = 2;
constexpr char index_of_path = 4;
constexpr char index_of_scheme = 6;

void append_field(std::string& block, char name_index, std::string_view value) {
    block += name_index;
    append_text(block, value);
}

bool is_of_connection(std::string_view name) {
    return equals_ignoring_case(name, "connection") || equals_ignoring_case(name, "upgrade") ||
           equals_ignoring_case(name, "host");
}

}  // namespace

std::string to_bytes(const http2_frame& frame) {
    std::string bytes;
    append_number(bytes, static_cast<std::uint32_t>(frame.payload.size()), 3);
    bytes += static_cast<char>(frame.type);
    bytes += static_cast<char>(frame.flags);
    append_number(bytes, frame.stream, 4);
    return bytes + frame.payload;
}

http2_frame settings_frame(std::optional<http2_setting> one) {
    http2_frame frame;
    frame.type = http2_frame_type::settings;
    if (one) {
        append_number(frame.payload, one->id, 2);
        append_number(frame.payload, one->value, 4);
    }
    return frame;
}

http2_frame request_frame(std::uint32_t stream, const route& what, std::string_view authority,
                          std::string_view scheme) {
    http2_frame frame;
    frame.type = http2_frame_type::headers;
    frame.flags = http2_flag::end_headers | http2_flag::end_stream;
    frame.stream = stream;
    append_field(frame.payload, index_of_method, what.method);
    append_field(frame.payload, index_of_scheme, scheme);
    append_field(frame.payload, index_of_authority, authority);
    append_field(frame.payload, index_of_path, what.path);
    for (const header_field& field : what.headers) {
        if (is_of_connection(field.name)) {
            continue;  // RFC 9113 8.2.2
        }
        std::string name = field.name;
        std::ranges::transform(name, name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        frame.payload += '\0';
        append_text(frame.payload, name);
        append_text(frame.payload, field.value);
    }
    return frame;
}

http2_frame reset_frame(std::uint32_t stream, std::uint32_t code) {
    http2_frame frame;
    frame.type = http2_frame_type::rst_stream;
    frame.stream = stream;
    append_number(frame.payload, code, 4);
    return frame;
}

http2_frame goaway_frame(std::uint32_t last_stream, std::uint32_t code) {
    http2_frame frame;
    frame.type = http2_frame_type::goaway;
    append_number(frame.payload, last_stream, 4);
    append_number(frame.payload, code, 4);
    return frame;
}

http2_frame acknowledgement_of(const http2_frame& asked) {
    http2_frame answer;
    answer.type = asked.type;
    answer.flags = http2_flag::acknowledgement;
    if (asked.type == http2_frame_type::ping) {
        answer.payload = asked.payload;
    }
    return answer;
}

std::optional<http2_farewell> farewell_in(const http2_frame& frame) {
    constexpr std::size_t farewell_bytes = 8;
    if (frame.type != http2_frame_type::goaway || frame.payload.size() < farewell_bytes) {
        return std::nullopt;
    }
    const std::string_view payload = frame.payload;
    constexpr std::uint32_t without_reserved_bit = 0x7fffffff;
    return http2_farewell{number_in(payload.substr(0, 4)) & without_reserved_bit,
                          number_in(payload.substr(4, 4))};
}

std::optional<http2_frame> take_frame(std::string& received) {
    if (received.size() < http2_frame_head_bytes) {
        return std::nullopt;
    }
    const std::string_view head = received;
    const std::size_t length = number_in(head.substr(0, 3));
    if (received.size() < http2_frame_head_bytes + length) {
        return std::nullopt;
    }
    http2_frame frame;
    frame.type = static_cast<http2_frame_type>(head[3]);
    frame.flags = static_cast<std::uint8_t>(head[4]);
    frame.stream = number_in(head.substr(5, 4)) & 0x7fffffffU;
    frame.payload = head.substr(http2_frame_head_bytes, length);
    received.erase(0, http2_frame_head_bytes + length);
    return frame;
}

}  // namespace stormdrain
