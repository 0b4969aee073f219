#include "servers/reference/response.hpp"

#include "servers/reference/field_syntax.hpp"
#include "servers/reference/websocket.hpp"

#include <array>
#include <charconv>
#include <ctime>
#include <optional>

namespace reference {
namespace {

constexpr std::uint64_t pattern_bytes_max = std::uint64_t{1} << 40;
constexpr std::uint64_t delay_ms_max = 10 * 60 * 1000;
// Of /reject: more than a client's receive buffer holds that does not read.
constexpr std::uint64_t rejection_bytes = std::uint64_t{32} * 1024;

std::string_view reason_of(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 400:
            return "Bad Request";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 408:
            return "Request Timeout";
        case 413:
            return "Content Too Large";
        case 414:
            return "URI Too Long";
        case 417:
            return "Expectation Failed";
        case 426:
            return "Upgrade Required";
        case 431:
            return "Request Header Fields Too Large";
        case 501:
            return "Not Implemented";
        case 502:
            return "Bad Gateway";
        case 504:
            return "Gateway Timeout";
        case 505:
            return "HTTP Version Not Supported";
        default:
            return "Error";
    }
}

bool is_known_method(std::string_view method) {
    constexpr std::array<std::string_view, 9> known = {
        "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT"};
    for (const std::string_view one : known) {
        if (one == method) {
            return true;
        }
    }
    return false;
}

std::optional<std::uint64_t> number_after(std::string_view prefix, std::string_view path,
                                          std::uint64_t value_max) {
    const std::string_view digits = path.substr(prefix.size());
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
        value > value_max) {
        return std::nullopt;
    }
    return value;
}

// The response of a route, whatever the method; empty when there is no such route.
std::optional<response> route(std::string_view path, const metrics& counted) {
    constexpr std::string_view bytes_prefix = "/bytes/";
    constexpr std::string_view delay_prefix = "/delay/";
    if (path == "/") {
        return response{.text = "hello world\n"};
    }
    if (path == "/metrics") {
        return response{.text = to_text(counted)};
    }
    if (path == "/echo") {
        return response{.body = response::body_kind::echo, .text = {}, .allow = "POST"};
    }
    if (path == "/reject") {
        return response{.status = 413,
                        .body = response::body_kind::pattern,
                        .text = {},
                        .pattern_bytes = rejection_bytes,
                        .allow = "POST",
                        .request_body = response::body_use::left_unread};
    }
    if (path == "/tunnel") {
        return response{.status = switching_protocols, .text = {}, .upgrade = tunnel_protocol};
    }
    if (path == "/websocket") {
        return response{.status = switching_protocols, .text = {}, .upgrade = websocket_protocol};
    }
    if (path == "/shutdown") {
        return response{.text = "stopping\n", .stops_server = true, .allow = "GET, POST"};
    }
    if (path.starts_with(bytes_prefix)) {
        const auto count = number_after(bytes_prefix, path, pattern_bytes_max);
        return count ? response{.body = response::body_kind::pattern,
                                .text = {},
                                .pattern_bytes = *count}
                     : bare_response(400);
    }
    if (path.starts_with(delay_prefix)) {
        const auto delay_ms = number_after(delay_prefix, path, delay_ms_max);
        return delay_ms
                   ? response{.text = "waited\n", .delay = std::chrono::milliseconds(*delay_ms)}
                   : bare_response(400);
    }
    return std::nullopt;
}

bool is_allowed(std::string_view method, std::string_view allow) {
    if (allow == "POST") {
        return method == "POST";
    }
    return method == "GET" || method == "HEAD" || (method == "POST" && allow == "GET, POST");
}

// RFC 9110 7.8 and RFC 6455 4.2.1.
bool asks_for(std::string_view protocol, const request_head& head) {
    constexpr std::size_t key_characters = 24;  // 16 bytes in base64
    const bool is_asked =
        head.method == "GET" && !head.has_body() && same_word(head.upgrade, protocol);
    return is_asked &&
           (protocol != websocket_protocol || (head.websocket_key.size() == key_characters &&
                                               head.websocket_version == websocket_version));
}

}  // namespace

response respond_to(const request_head& head, const metrics& counted) {
    if (!is_known_method(head.method)) {
        return bare_response(501);
    }
    std::optional<response> found = route(head.path, counted);
    if (!found) {
        return bare_response(404);
    }
    const bool is_route = found->status != 400;
    if (is_route && !is_allowed(head.method, found->allow)) {
        response refused = bare_response(405);
        refused.allow = found->allow.empty() ? "GET, HEAD" : found->allow;
        return refused;
    }
    if (found->status == switching_protocols && !asks_for(found->upgrade, head)) {
        response required = bare_response(426);
        required.upgrade = found->upgrade;
        return required;
    }
    if (head.method == "HEAD") {
        // Asking what a stop would answer must not stop anything: HEAD is safe (RFC 9110 9.2.1).
        found->stops_server = false;
    }
    return *std::move(found);
}

response bare_response(int status) {
    response answer;
    answer.status = status;
    answer.text = std::string(reason_of(status)) + '\n';
    return answer;
}

std::string to_text(const response_head& head) {
    std::string text;
    text.reserve(192);
    text += "HTTP/1.1 ";
    text += std::to_string(head.status);
    text += ' ';
    text += reason_of(head.status);
    text += "\r\nDate: ";
    text += head.date;
    text += "\r\nContent-Type: text/plain\r\nContent-Length: ";
    text += std::to_string(head.content_length);
    if (!head.allow.empty()) {
        text += "\r\nAllow: ";
        text += head.allow;
    }
    if (!head.upgrade.empty()) {
        text += "\r\nConnection: upgrade\r\nUpgrade: ";
        text += head.upgrade;
    }
    if (head.after == persistence::close) {
        text += "\r\nConnection: close";
    } else if (head.minor_version == 0) {
        text += "\r\nConnection: keep-alive";
    }
    text += "\r\n\r\n";
    return text;
}

std::string upgrade_granted(std::string_view protocol, std::string_view date,
                            std::string_view accept) {
    std::string text = "HTTP/1.1 101 Switching Protocols\r\nDate: ";
    text += date;
    text += "\r\nConnection: upgrade\r\nUpgrade: ";
    text += protocol;
    if (!accept.empty()) {
        text += "\r\nSec-WebSocket-Accept: ";
        text += accept;
    }
    text += "\r\n\r\n";
    return text;
}

std::string_view pattern() {
    static const std::string bytes = [] {
        constexpr std::size_t periods = 4096;  // 64 KiB: one send fills a default socket buffer
        std::string repeated;
        repeated.reserve(periods * pattern_period_bytes);
        for (std::size_t i = 0; i < periods; ++i) {
            repeated += "0123456789abcdef";
        }
        return repeated;
    }();
    return bytes;
}

std::string_view date_text::now() {
    const std::time_t now = std::time(nullptr);
    if (now != formatted_at_ || text_.empty()) {
        std::array<char, 64> formatted{};
        std::tm parts{};
        gmtime_r(&now, &parts);
        const std::size_t length =
            std::strftime(formatted.data(), formatted.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        text_.assign(formatted.data(), length);
        formatted_at_ = now;
    }
    return text_;
}

}  // namespace reference
