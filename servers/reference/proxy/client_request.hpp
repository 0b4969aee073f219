#pragma once
// A request as it goes on to the origin, made of its head without I/O.

#include "servers/reference/request_head.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace reference::proxy {

// For whom a connection to the origin is made, and by what it is found again in the pool.
struct origin_identity {
    std::string host;  // the request's: lower case, without port
    std::string sni;   // empty for an address (RFC 6066 3)

    bool operator==(const origin_identity&) const = default;
};

struct client_request {
    request_head head;
    std::string text;  // its head, for the origin
    origin_identity wanted;

    bool wants_body() const { return head.method != "HEAD"; }
    // RFC 9112 9.3.1: may be sent again when nobody knows what became of it. A body is gone by
    // then.
    bool may_be_repeated() const;
};

// `text` is what `head` was parsed from. A request of HTTP/1.0 may name no host: it is for
// `default_host`. Nothing when its host cannot be one.
std::optional<client_request> make_client_request(const request_head& head, std::string_view text,
                                                  std::string_view default_host);

}  // namespace reference::proxy
