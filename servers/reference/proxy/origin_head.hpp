#pragma once
// The head of an origin's response: parsed without I/O, as strictly as a request's, and written
// anew for the client.

#include "servers/reference/request_head.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reference::proxy {

struct origin_head {
    int status = 0;
    std::string reason;
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool keep_alive = true;
    std::string fields;  // those that are passed on, each with its line end

    // Another head follows, and this one has no body.
    bool is_interim() const { return status < 200; }
};

struct origin_head_result {
    head_state state = head_state::incomplete;
    std::size_t bytes = 0;  // complete: what the head took of the input
    origin_head head;
};

// Looks for a whole head at the start of `input`; what can never become one is rejected at once.
origin_head_result parse_origin_head(std::string_view input);

enum class body_form {
    none,
    length,
    chunked,
    until_close,
};

// RFC 9112 6.3: how the body of a response comes, and how a client can take it.
body_form form_from_origin(const origin_head& head, std::string_view method);
body_form form_for_client(body_form from_origin, int client_minor_version);

struct forwarded_head {
    const origin_head& origin;
    body_form body = body_form::none;
    bool is_last = false;   // the client's connection closes after it
    int minor_version = 1;  // of the request: HTTP/1.0 must be told about keep-alive
};
std::string to_text(const forwarded_head& head);

}  // namespace reference::proxy
