#include "servers/reference/proxy/body_transfer.hpp"

#include <array>
#include <charconv>

namespace reference::proxy {
namespace {

constexpr std::string_view last_chunk = "0\r\n\r\n";

}  // namespace

body_transfer::body_transfer(const body_route& route)
    : route_(route),
      decoder_(body_framing{.chunked = route.from == body_form::chunked,
                            .content_length = route.content_length},
               route.payload_bytes_max) {}

void body_transfer::write(std::string_view payload, std::string& output) const {
    if (payload.empty()) {
        return;
    }
    if (route_.to != body_form::chunked) {
        output += payload;
        return;
    }
    std::array<char, 16> size{};
    const auto [end, error] =
        std::to_chars(size.data(), size.data() + size.size(), payload.size(), 16);
    static_cast<void>(error);  // 16 digits hold every size
    output.append(size.data(), end);
    output += "\r\n";
    output += payload;
    output += "\r\n";
}

body_state body_transfer::take(std::string& input, std::string& output) {
    if (route_.from == body_form::none) {
        return body_state::complete;
    }
    if (route_.from == body_form::until_close) {
        write(input, output);
        input.clear();
        return body_state::incomplete;
    }
    std::string_view rest = input;
    body_piece piece;
    do {
        piece = decoder_.decode(rest);
        write(piece.payload, output);
        rest.remove_prefix(piece.consumed);
    } while (piece.consumed > 0 && piece.state == body_state::incomplete);
    input.erase(0, input.size() - rest.size());
    if (piece.state == body_state::complete && route_.to == body_form::chunked) {
        output += last_chunk;
    }
    return piece.state;
}

bool body_transfer::end(std::string& output) const {
    if (route_.from != body_form::until_close) {
        return false;
    }
    if (route_.to == body_form::chunked) {
        output += last_chunk;
    }
    return true;
}

}  // namespace reference::proxy
