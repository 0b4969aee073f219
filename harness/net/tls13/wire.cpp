#include "harness/net/tls13/wire.hpp"

#include <algorithm>
#include <stdexcept>

namespace stormdrain::tls13 {
namespace {

constexpr unsigned byte_bits = 8;

std::uint8_t byte_of(std::size_t value, std::size_t place) {
    return static_cast<std::uint8_t>(value >> (byte_bits * place));
}

}  // namespace

byte_view as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string_view as_text(byte_view bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool are_equal(byte_view left, byte_view right) {
    return std::ranges::equal(left, right);
}

void append(byte_string& to, byte_view bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
}

byte_view wire_reader::bytes(std::size_t count) {
    if (!is_whole_ || count > left_.size()) {
        is_whole_ = false;
        return {};
    }
    const byte_view taken = left_.first(count);
    left_ = left_.subspan(count);
    return taken;
}

std::uint32_t wire_reader::number(std::size_t bytes_count) {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : bytes(bytes_count)) {
        value = value << byte_bits | byte;
    }
    return value;
}

void wire_writer::number(std::uint32_t value, std::size_t bytes_count) {
    for (std::size_t place = bytes_count; place > 0; --place) {
        written_.push_back(byte_of(value, place - 1));
    }
}

void wire_writer::set_length(std::size_t at, std::size_t length_bytes) {
    const std::size_t length = written_.size() - at - length_bytes;
    if (length >> (byte_bits * length_bytes) != 0) {
        throw std::length_error("a vector of TLS is too long for its length");
    }
    for (std::size_t place = 0; place < length_bytes; ++place) {
        written_[at + place] = byte_of(length, length_bytes - 1 - place);
    }
}

void wire_writer::vector8(byte_view value) {
    vector(1, [&] { bytes(value); });
}

void wire_writer::vector16(byte_view value) {
    vector(2, [&] { bytes(value); });
}

}  // namespace stormdrain::tls13
