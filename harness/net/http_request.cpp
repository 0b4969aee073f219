#include "harness/net/http_request.hpp"

#include "harness/net/http_syntax.hpp"

#include <algorithm>
#include <array>

namespace stormdrain {
namespace {

bool has_field(const route& what, std::string_view name) {
    return std::any_of(what.headers.begin(), what.headers.end(), [name](const header_field& field) {
        return equals_ignoring_case(field.name, name);
    });
}

// RFC 9110 section 8.6: a request whose method anticipates a body says its length, also zero.
bool announces_length(const route& what) {
    constexpr std::array<std::string_view, 3> with_body{"POST", "PUT", "PATCH"};
    const bool anticipated =
        std::find(with_body.begin(), with_body.end(), what.method) != with_body.end();
    return (what.body_bytes > 0 || anticipated) && !has_field(what, "Content-Length") &&
           !has_field(what, "Transfer-Encoding");
}

void append_field(std::string& head, std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string request_head(const route& what, std::string_view authority, connection_use use) {
    const std::string_view version = use == connection_use::http_1_0 ? "HTTP/1.0" : "HTTP/1.1";
    std::string head = what.method + " " + what.path + " ";
    head.append(version).append("\r\n");
    // A route's own field wins: a scenario may ask for a virtual host or a wrong length.
    if (!has_field(what, "Host")) {
        append_field(head, "Host", authority);
    }
    for (const header_field& field : what.headers) {
        append_field(head, field.name, field.value);
    }
    if (announces_length(what)) {
        append_field(head, "Content-Length", std::to_string(what.body_bytes));
    }
    if (use == connection_use::one_request && !has_field(what, "Connection")) {
        append_field(head, "Connection", "close");
    }
    head += "\r\n";
    return head;
}

std::string request_body(const route& what) {
    // Lines of text, so that a body in a capture or a log can be read and its offset counted.
    constexpr std::string_view pattern =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+\n";
    static_assert(pattern.size() == 64);
    std::string body;
    body.reserve(what.body_bytes);
    while (body.size() < what.body_bytes) {
        body.append(pattern.substr(0, what.body_bytes - body.size()));
    }
    return body;
}

std::string_view shown_path(const route& what) {
    return what.talk ? std::string_view("its script") : std::string_view(what.path);
}

bool is_idempotent(const route& what) {
    if (what.talk) {
        return false;  // nothing is known of what it does
    }
    constexpr std::array<std::string_view, 6> idempotent{"GET",   "HEAD", "OPTIONS",
                                                         "TRACE", "PUT",  "DELETE"};
    return std::find(idempotent.begin(), idempotent.end(), what.method) != idempotent.end();
}

}  // namespace stormdrain
