#pragma once
// HTTP/1.x request heads (RFC 9112), parsed without I/O. Strict where leniency invites request
// smuggling: CRLF only, no folding, no space before a colon, one way to frame a body.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reference {

struct request_head {
    std::string method;
    std::string path;  // without query and authority
    int minor_version = 1;
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool keep_alive = true;  // what the client asks for, with the default of its version
    bool expects_continue = false;
    std::string upgrade =
        {};  // the protocols asked for; empty: none, or HTTP/1.0, which has no upgrade
    std::string websocket_key = {};  // RFC 6455 4.1
    std::string websocket_version = {};

    bool has_body() const { return chunked || content_length.value_or(0) > 0; }
    bool operator==(const request_head&) const = default;
};

struct head_limits {
    std::size_t head_bytes_max = 16 * 1024;
    std::size_t fields_max = 100;
};

enum class head_state { incomplete, complete, rejected };

struct head_result {
    head_state state = head_state::incomplete;
    std::size_t bytes = 0;  // complete: what the head took of the input
    int status = 0;         // rejected: what to answer
    request_head head;
};

// Looks for a whole head at the start of `input`; garbage is rejected as soon as it is seen.
head_result parse_head(std::string_view input, const head_limits& limits);

}  // namespace reference
