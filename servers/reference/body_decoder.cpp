#include "servers/reference/body_decoder.hpp"

#include <algorithm>
#include <charconv>

namespace reference {
namespace {

// A size line is up to 16 digits and extensions that nobody sends; a trailer a few fields.
constexpr std::size_t size_line_bytes_max = 1024;
constexpr std::size_t trailer_bytes_max = 8 * 1024;

body_piece failed(body_state state) {
    return {.state = state, .consumed = 0, .payload = {}};
}

}  // namespace

body_decoder::body_decoder(const body_framing& framing, std::uint64_t body_bytes_max)
    : chunked_(framing.chunked),
      expected_(framing.chunked ? part::size_line : part::payload),
      allowed_bytes_(body_bytes_max) {
    if (!chunked_) {
        remaining_bytes_ = framing.content_length;
        if (remaining_bytes_ == 0) {
            expected_ = part::done;
        }
    }
}

body_piece body_decoder::decode(std::string_view input) {
    switch (expected_) {
        case part::size_line:
            return read_size_line(input);
        case part::payload:
            return read_payload(input);
        case part::payload_end:
            return read_payload_end(input);
        case part::trailer:
            return read_trailer(input);
        case part::done:
            break;
    }
    return {.state = body_state::complete, .consumed = 0, .payload = {}};
}

body_piece body_decoder::read_size_line(std::string_view input) {
    const auto end = input.find("\r\n");
    if (end == std::string_view::npos) {
        return failed(input.size() > size_line_bytes_max ? body_state::malformed
                                                         : body_state::incomplete);
    }
    std::uint64_t size = 0;
    const auto [stopped, error] = std::from_chars(input.data(), input.data() + end, size, 16);
    const bool ends_well = stopped == input.data() + end || *stopped == ';';
    if (error != std::errc{} || !ends_well) {
        return failed(body_state::malformed);
    }
    remaining_bytes_ = size;
    expected_ = size == 0 ? part::trailer : part::payload;
    return {.state = body_state::incomplete, .consumed = end + 2, .payload = {}};
}

body_piece body_decoder::read_payload(std::string_view input) {
    if (remaining_bytes_ > allowed_bytes_) {
        return failed(body_state::too_large);
    }
    const auto taken = std::min<std::uint64_t>(remaining_bytes_, input.size());
    remaining_bytes_ -= taken;
    allowed_bytes_ -= taken;
    if (remaining_bytes_ == 0) {
        expected_ = chunked_ ? part::payload_end : part::done;
    }
    return {.state = expected_ == part::done ? body_state::complete : body_state::incomplete,
            .consumed = taken,
            .payload = input.substr(0, taken)};
}

body_piece body_decoder::read_payload_end(std::string_view input) {
    if (input.size() < 2) {
        return {};
    }
    if (!input.starts_with("\r\n")) {
        return failed(body_state::malformed);
    }
    expected_ = part::size_line;
    return {.state = body_state::incomplete, .consumed = 2, .payload = {}};
}

body_piece body_decoder::read_trailer(std::string_view input) {
    const auto end = input.find("\r\n");
    const std::size_t line_bytes = end == std::string_view::npos ? input.size() : end + 2;
    if (trailer_bytes_ + line_bytes > trailer_bytes_max) {
        return failed(body_state::malformed);
    }
    if (end == std::string_view::npos) {
        return {};
    }
    trailer_bytes_ += line_bytes;
    if (end == 0) {
        expected_ = part::done;
        return {.state = body_state::complete, .consumed = 2, .payload = {}};
    }
    return {.state = body_state::incomplete, .consumed = line_bytes, .payload = {}};
}

}  // namespace reference
