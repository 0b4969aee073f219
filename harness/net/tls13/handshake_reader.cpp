#include "harness/net/tls13/handshake_reader.hpp"

#include <algorithm>

namespace stormdrain::tls13 {
namespace {

constexpr std::size_t message_header_bytes = 4;

std::size_t whole_bytes(byte_view header) {
    wire_reader reader(header);
    reader.u8();
    return message_header_bytes + reader.u24();
}

handshake_message cut(byte_view whole) {
    return {static_cast<message_type>(whole.front()), whole.subspan(message_header_bytes), whole};
}

}  // namespace

// Of what was begun before; false: that took all that is there.
bool handshake_reader::complete(std::size_t bytes) {
    if (begun_.size() < bytes) {
        const std::size_t taken = std::min(bytes - begun_.size(), fed_.size());
        append(begun_, fed_.first(taken));
        fed_ = fed_.subspan(taken);
    }
    return begun_.size() >= bytes;
}

boost::system::result<std::optional<handshake_message>, failure> handshake_reader::next() {
    if (was_handed_out_) {
        begun_.clear();
        was_handed_out_ = false;
    }
    if (begun_.empty() && fed_.size() >= message_header_bytes) {
        const std::size_t bytes = whole_bytes(fed_);
        if (fed_.size() >= bytes) {
            const byte_view whole = fed_.first(bytes);
            fed_ = fed_.subspan(bytes);
            return std::optional(cut(whole));
        }
    }
    if (!complete(message_header_bytes)) {
        return std::optional<handshake_message>();
    }
    const std::size_t bytes = whole_bytes(begun_);
    if (bytes > message_bytes_max) {
        return failure::message_too_long;
    }
    if (!complete(bytes)) {
        return std::optional<handshake_message>();
    }
    was_handed_out_ = true;
    return std::optional(cut(begun_));
}

}  // namespace stormdrain::tls13
