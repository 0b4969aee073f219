#include "servers/reference/proxy/origin_head.hpp"

#include "servers/reference/field_syntax.hpp"
#include "servers/reference/proxy/message_head.hpp"

#include <algorithm>

namespace reference::proxy {
namespace {

// Cookies make the heads of responses longer than those of requests.
constexpr std::size_t head_bytes_max = 64 * 1024;

origin_head_result rejected() {
    return {.state = head_state::rejected, .bytes = 0, .head = {}};
}

// "HTTP/1.1 200 OK"; false when it is none.
bool read_status_line(std::string_view line, origin_head& head) {
    constexpr std::string_view shortest = "HTTP/1.1 200";
    if (line.size() < shortest.size() ||
        (line.size() > shortest.size() && line[shortest.size()] != ' ')) {
        return false;
    }
    const std::string_view version = line.substr(0, 9);
    const auto status = to_decimal(line.substr(9, 3));
    if ((version != "HTTP/1.1 " && version != "HTTP/1.0 ") || !status || *status < 100) {
        return false;
    }
    head.status = static_cast<int>(*status);
    head.reason = trim(line.substr(shortest.size()));
    // HTTP/1.0 keeps a connection only when it says so.
    head.keep_alive = version == "HTTP/1.1 ";
    return is_field_value(head.reason);
}

void read_connection(std::string_view value, origin_head& head) {
    while (!value.empty()) {
        const auto comma = value.find(',');
        head.keep_alive = head.keep_alive && !same_word(trim(value.substr(0, comma)), "close");
        value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
    }
}

// False: nobody could say where the body ends, or two could disagree (RFC 9112 6.3).
bool read_framing(const field& one, origin_head& head) {
    if (same_word(one.name, "content-length")) {
        const auto length = to_decimal(one.value);
        if (!length || head.content_length) {
            return false;
        }
        head.content_length = length;
    } else if (same_word(one.name, "transfer-encoding")) {
        if (!same_word(one.value, "chunked") || head.chunked) {
            return false;
        }
        head.chunked = true;
    } else if (same_word(one.name, "connection")) {
        read_connection(one.value, head);
    }
    return !(head.chunked && head.content_length);
}

bool may_become_head(std::string_view input) {
    constexpr std::string_view start = "HTTP/1.";
    const auto known = std::min(start.size(), input.size());
    return input.substr(0, known) == start.substr(0, known) && input.size() < head_bytes_max;
}

}  // namespace

origin_head_result parse_origin_head(std::string_view input) {
    const auto end = input.find("\r\n\r\n");
    if (end == std::string_view::npos) {
        return may_become_head(input) ? origin_head_result{} : rejected();
    }
    const std::size_t bytes = end + 4;
    const std::optional<head_lines> lines = split_head(input.substr(0, bytes));
    origin_head_result result = {.state = head_state::complete, .bytes = bytes, .head = {}};
    if (bytes > head_bytes_max || !lines || !read_status_line(lines->first, result.head)) {
        return rejected();
    }
    for (const field& one : lines->fields) {
        if (!read_framing(one, result.head)) {
            return rejected();
        }
    }
    result.head.fields = fields_passed_on(lines->fields);
    return result;
}

body_form form_from_origin(const origin_head& head, std::string_view method) {
    if (method == "HEAD" || head.is_interim() || head.status == 204 || head.status == 304) {
        return body_form::none;
    }
    if (head.chunked) {
        return body_form::chunked;
    }
    return head.content_length ? body_form::length : body_form::until_close;
}

body_form form_for_client(body_form from_origin, int client_minor_version) {
    if (from_origin != body_form::chunked && from_origin != body_form::until_close) {
        return from_origin;
    }
    return client_minor_version >= 1 ? body_form::chunked : body_form::until_close;
}

std::string to_text(const forwarded_head& head) {
    const origin_head& origin = head.origin;
    std::string text = "HTTP/1.1 ";
    text += std::to_string(origin.status);
    text += ' ';
    text += origin.reason;
    text += "\r\n";
    text += origin.fields;
    // A response to HEAD says what GET would have said, without a body.
    if (origin.content_length) {
        text += "Content-Length: " + std::to_string(*origin.content_length) + "\r\n";
    } else if (head.body == body_form::chunked) {
        text += "Transfer-Encoding: chunked\r\n";
    }
    if (!origin.is_interim()) {
        text += via_line;
        if (head.is_last) {
            text += "Connection: close\r\n";
        } else if (head.minor_version == 0) {
            text += "Connection: keep-alive\r\n";
        }
    }
    text += "\r\n";
    return text;
}

}  // namespace reference::proxy
