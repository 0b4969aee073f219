#pragma once
// What a client asks for: a route of the target as data, and its bytes on the wire.

#include "harness/net/script.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct header_field {
    std::string name;
    std::string value;
    bool operator==(const header_field&) const = default;
};

// A path of the target under a name that scenarios use: small, large, delayed, upload, ...
struct route {
    std::string method = "GET";
    std::string path = "/";
    std::uint64_t body_bytes = 0;  // of the request
    std::vector<header_field> headers = {};
    int expected_status = 200;
    // On raw TCP: all of the request, which then is no HTTP and has no status.
    std::optional<script> talk = {};
    bool operator==(const route&) const = default;
};

// For people: "/path", or "its script".
std::string_view shown_path(const route& what);

enum class connection_use {
    keep_alive,
    one_request,  // says `Connection: close`
    http_1_0,     // a client of HTTP/1.0, whose default is one request (RFC 9112 section 9.3)
};

// Request line and header section, up to and with the empty line (RFC 9112 section 2.1).
// To be asked of routes that speak HTTP.
std::string request_head(const route& what, std::string_view authority, connection_use use);

// The request's body: `body_bytes` bytes of a repeating pattern.
std::string request_body(const route& what);

// Safe to send again when the connection failed (RFC 9110 section 9.2.2).
bool is_idempotent(const route& what);

}  // namespace stormdrain
