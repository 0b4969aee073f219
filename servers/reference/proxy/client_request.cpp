#include "servers/reference/proxy/client_request.hpp"

#include "servers/reference/field_syntax.hpp"
#include "servers/reference/proxy/message_head.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>

namespace reference::proxy {
namespace {

bool is_name_character(char c) {
    constexpr std::string_view marks = "-._";
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           marks.find(c) != std::string_view::npos;
}

bool is_port(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// "a.test", "A.test.:8080", "127.0.0.1", "[::1]:80"
std::optional<origin_identity> identity_of(std::string_view authority) {
    std::string_view host = authority;
    if (const auto colon = authority.rfind(':');
        colon != std::string_view::npos && !authority.ends_with(']')) {
        if (!is_port(authority.substr(colon + 1))) {
            return std::nullopt;
        }
        host = authority.substr(0, colon);
    }
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
        boost::system::error_code wrong;
        boost::asio::ip::make_address_v6(std::string(host), wrong);
        return wrong ? std::nullopt : std::optional(origin_identity{to_lower(host), {}});
    }
    std::string name = to_lower(host);
    if (name.ends_with('.')) {
        name.pop_back();  // RFC 6066 3: SNI names end without a dot
    }
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_character)) {
        return std::nullopt;
    }
    boost::system::error_code no_address;
    boost::asio::ip::make_address_v4(name, no_address);
    return origin_identity{name, no_address ? name : std::string()};
}

struct target {
    std::string_view authority;  // of "http://host/path", else empty
    std::string_view path;       // with the query
};

target target_of(std::string_view request_line) {
    const auto first = request_line.find(' ');
    const std::string_view text =
        request_line.substr(first + 1, request_line.rfind(' ') - first - 1);
    const auto scheme_end = text.find("://");
    if (text.starts_with('/') || scheme_end == std::string_view::npos) {
        return {.authority = {}, .path = text};
    }
    const std::string_view rest = text.substr(scheme_end + 3);
    const auto slash = rest.find_first_of("/?#");
    const std::string_view path = slash == std::string_view::npos ? "/" : rest.substr(slash);
    return {.authority = rest.substr(0, slash), .path = path};
}

std::string framing_of(const request_head& head) {
    if (head.chunked) {
        return "Transfer-Encoding: chunked\r\n";
    }
    return head.content_length ? "Content-Length: " + std::to_string(*head.content_length) + "\r\n"
                               : std::string();
}

}  // namespace

bool client_request::may_be_repeated() const {
    // RFC 9110 9.2.2.
    constexpr std::array<std::string_view, 6> idempotent = {"GET", "HEAD",   "OPTIONS",
                                                            "PUT", "DELETE", "TRACE"};
    return !head.has_body() &&
           std::find(idempotent.begin(), idempotent.end(), head.method) != idempotent.end();
}

std::optional<client_request> make_client_request(const request_head& head, std::string_view text,
                                                  std::string_view default_host) {
    const std::optional<head_lines> lines = split_head(text);
    if (!lines) {
        return std::nullopt;
    }
    const target asked = target_of(lines->first);
    // RFC 9112 3.2.2: the target's authority is better than Host.
    std::string_view authority = asked.authority;
    if (authority.empty()) {
        const auto is_host = [](const field& one) { return same_word(one.name, "host"); };
        const auto host = std::find_if(lines->fields.begin(), lines->fields.end(), is_host);
        authority = host == lines->fields.end() ? default_host : host->value;
    }
    const std::optional<origin_identity> wanted = identity_of(authority);
    if (!wanted) {
        return std::nullopt;
    }
    std::string made = head.method;
    made += ' ';
    if (!asked.path.starts_with('/') && asked.path != "*") {
        made += '/';  // "http://host?query"
    }
    made += asked.path;
    made += " HTTP/1.1\r\nHost: ";
    made += authority;
    made += "\r\n";
    made += framing_of(head);
    made += head.expects_continue ? "Expect: 100-continue\r\n" : "";
    made += fields_passed_on(lines->fields);
    made += via_line;
    made += "\r\n";
    return client_request{.head = head, .text = std::move(made), .wanted = *wanted};
}

}  // namespace reference::proxy
