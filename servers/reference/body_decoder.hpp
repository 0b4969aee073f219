#pragma once
// Takes a message body out of the byte stream (Content-Length or chunked, RFC 9112 6 and 7),
// without I/O and without copying: a piece of payload is a view into the input.

#include "servers/reference/request_head.hpp"

#include <cstdint>
#include <string_view>

namespace reference {

enum class body_state { incomplete, complete, malformed, too_large };

struct body_piece {
    body_state state = body_state::incomplete;
    std::size_t consumed = 0;  // bytes of the input that are done with
    std::string_view payload;
};

struct body_framing {
    bool chunked = false;
    std::uint64_t content_length = 0;  // unless chunked
};

class body_decoder {
public:
    body_decoder(const request_head& head, std::uint64_t body_bytes_max)
        : body_decoder(body_framing{head.chunked, head.content_length.value_or(0)},
                       body_bytes_max) {}
    body_decoder(const body_framing& framing, std::uint64_t body_bytes_max);
    // Decodes one piece. Call again with the rest of the input while something is consumed.
    body_piece decode(std::string_view input);

private:
    enum class part { size_line, payload, payload_end, trailer, done };

    body_piece read_size_line(std::string_view input);
    body_piece read_payload(std::string_view input);
    body_piece read_payload_end(std::string_view input);
    body_piece read_trailer(std::string_view input);

    bool chunked_;
    part expected_;
    std::uint64_t remaining_bytes_ = 0;  // of the chunk, or of the whole body
    std::uint64_t allowed_bytes_;
    std::size_t trailer_bytes_ = 0;
};

}  // namespace reference
