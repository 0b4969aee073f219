#pragma once
// The presentation language of TLS (RFC 8446 section 3): numbers in network order, and vectors
// behind their lengths. Reading never passes the end: it remembers that it would have.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stormdrain::tls13 {

using byte_view = std::span<const std::uint8_t>;
using byte_string = std::vector<std::uint8_t>;

byte_view as_bytes(std::string_view text);
std::string_view as_text(byte_view bytes);
bool are_equal(byte_view left, byte_view right);
void append(byte_string& to, byte_view bytes);

class wire_reader {
public:
    explicit wire_reader(byte_view bytes) : left_(bytes) {}

    // All answer with zero or nothing once a read would have passed the end.
    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u24() { return number(3); }
    std::uint32_t u32() { return number(4); }
    byte_view bytes(std::size_t count);
    // The contents of a vector behind a length of 1, 2 or 3 bytes.
    byte_view vector8() { return bytes(number(1)); }
    byte_view vector16() { return bytes(number(2)); }
    byte_view vector24() { return bytes(number(3)); }

    // There is something left to read.
    bool has_more() const { return is_whole_ && !left_.empty(); }
    // No read would have passed the end, and nothing is left.
    bool is_spent() const { return is_whole_ && left_.empty(); }

private:
    std::uint32_t number(std::size_t bytes_count);

    byte_view left_;
    bool is_whole_ = true;
};

class wire_writer {
public:
    void u8(std::uint8_t value) { number(value, 1); }
    void u16(std::uint16_t value) { number(value, 2); }
    void u32(std::uint32_t value) { number(value, 4); }
    void bytes(byte_view value) { append(written_, value); }
    void vector8(byte_view value);
    void vector16(byte_view value);

    // What `write` writes, behind its length of so many bytes.
    template <class Write>
    void vector(std::size_t length_bytes, Write write) {
        const std::size_t begin = written_.size();
        number(0, length_bytes);
        write();
        set_length(begin, length_bytes);
    }

    std::size_t size() const { return written_.size(); }
    byte_string take() { return std::move(written_); }

private:
    void number(std::uint32_t value, std::size_t bytes_count);
    void set_length(std::size_t at, std::size_t length_bytes);

    byte_string written_;
};

}  // namespace stormdrain::tls13
