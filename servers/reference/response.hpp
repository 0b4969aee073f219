#pragma once
// What to answer to a request, decided without I/O, and how its head is written.

#include "servers/reference/metrics.hpp"
#include "servers/reference/request_head.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace reference {

struct response {
    enum class body_kind { text, pattern, echo };
    // When it is sent, of a request that has a body.
    enum class body_use { read_first, left_unread };

    int status = 200;
    body_kind body = body_kind::text;
    std::string text;
    std::uint64_t pattern_bytes = 0;
    std::chrono::milliseconds delay{0};
    bool stops_server = false;
    std::string_view allow = {};  // 405: the methods that are allowed
    body_use request_body = body_use::read_first;
    std::string_view upgrade = {};  // 101 and 426: the protocol
};

// The routes: / /bytes/N /delay/MS /echo /reject /tunnel /websocket /shutdown /metrics.
response respond_to(const request_head& head, const metrics& counted);

// A response that is nothing but a status, with its reason as text.
response bare_response(int status);

enum class persistence { keep_alive, close };

struct response_head {
    int status = 200;
    std::uint64_t content_length = 0;
    persistence after = persistence::keep_alive;
    int minor_version = 1;  // of the request: HTTP/1.0 must be told about keep-alive
    std::string_view allow = {};
    std::string_view upgrade = {};  // 426: the protocol that is required
    std::string_view date;
};
std::string to_text(const response_head& head);

// The one protocol that /tunnel upgrades to: what comes in goes out again.
inline constexpr std::string_view tunnel_protocol = "echo";
inline constexpr int switching_protocols = 101;
// The whole 101 response. `accept` is of a WebSocket (RFC 6455 4.2.2).
std::string upgrade_granted(std::string_view protocol, std::string_view date,
                            std::string_view accept = {});

// The bytes of /bytes/N: "0123456789abcdef" again and again, so that a client can check them.
inline constexpr std::size_t pattern_period_bytes = 16;
std::string_view pattern();  // a multiple of the period, to be sent repeatedly

// "Sun, 06 Nov 1994 08:49:37 GMT", formatted at most once a second.
class date_text {
public:
    std::string_view now();

private:
    std::time_t formatted_at_ = 0;
    std::string text_;
};

}  // namespace reference
