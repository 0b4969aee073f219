#pragma once
// Takes a body out of one connection's bytes and frames it anew for another's, without I/O. Chunk
// extensions and trailer fields stay behind (RFC 9112 7.1): what is passed on is all ours.

#include "servers/reference/body_decoder.hpp"
#include "servers/reference/proxy/origin_head.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace reference::proxy {

struct body_route {
    body_form from = body_form::none;
    std::uint64_t content_length = 0;  // of body_form::length
    body_form to = body_form::none;
    // Nothing of a body is kept, so that it may be as long as it likes.
    std::uint64_t payload_bytes_max = std::numeric_limits<std::uint64_t>::max();
};

class body_transfer {
public:
    explicit body_transfer(const body_route& route);
    // Appends to `output` what `input` holds of the body, and takes it out of `input`. Call again
    // with more input while it is incomplete.
    body_state take(std::string& input, std::string& output);
    // The input has ended, after all of it was taken. True when that makes the body complete.
    bool end(std::string& output) const;

private:
    void write(std::string_view payload, std::string& output) const;

    body_route route_;
    body_decoder decoder_;
};

}  // namespace reference::proxy
