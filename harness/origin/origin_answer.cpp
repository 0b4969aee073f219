#include "harness/origin/origin_answer.hpp"

#include "harness/origin/websocket_echo.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

constexpr std::string_view short_body = "an origin's answer\n";

// The number that is all of the path behind the prefix.
std::optional<std::uint64_t> number_behind(std::string_view prefix, std::string_view path) {
    if (!path.starts_with(prefix)) {
        return std::nullopt;
    }
    const std::string_view digits = path.substr(prefix.size());
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
    const bool is_number = error == std::errc() && end == digits.end();
    return is_number ? std::optional(number) : std::nullopt;
}

std::string pattern_of(std::uint64_t bytes) {
    constexpr std::string_view line =
        "0123456789abcdefghijklmnopqrstuvwxyz ORIGIN 0123456789 ABCDEFGH\n";
    static_assert(line.size() == 64);
    std::string body;
    body.reserve(bytes);
    while (body.size() < bytes) {
        body.append(line.substr(0, bytes - body.size()));
    }
    return body;
}

origin_answer websocket_upgrade(const origin_request& request) {
    origin_answer answer;
    answer.opens_websocket = true;
    answer.head =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Accept: " +
        websocket_accept(request.websocket_key) + "\r\n\r\n";
    return answer;
}

}  // namespace

origin_answer answer_to(const origin_request& request) {
    if (request.path == "/websocket" && !request.websocket_key.empty()) {
        return websocket_upgrade(request);
    }
    origin_answer answer;
    answer.persists = request.persists;
    answer.body = short_body;
    if (const auto bytes = number_behind("/bytes/", request.path)) {
        answer.body = pattern_of(std::min(*bytes, origin_answer::body_bytes_max));
    } else if (const auto wait = number_behind("/delay/", request.path)) {
        const auto longest = static_cast<std::uint64_t>(
            std::chrono::milliseconds(origin_answer::delay_max / std::chrono::milliseconds(1))
                .count());
        answer.delay = std::chrono::milliseconds(std::min(*wait, longest));
    } else if (request.method == "POST" && request.path == "/echo") {
        answer.body = request.body;
    }
    // A cache in the proxy would keep requests away, and every figure would be its own.
    answer.head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nCache-Control: no-store\r\n"
        "Content-Length: " +
        std::to_string(answer.body.size()) + "\r\n" +
        (answer.persists ? "" : "Connection: close\r\n") + "\r\n";
    if (request.method == "HEAD") {
        answer.body.clear();
    }
    return answer;
}

}  // namespace stormdrain
