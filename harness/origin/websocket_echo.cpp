#include "harness/origin/websocket_echo.hpp"

#include <openssl/evp.h>

#include <array>
#include <utility>

namespace stormdrain {
namespace {

// RFC 6455 section 5.2.
constexpr unsigned opcode_bits = 0x0f;
constexpr unsigned close_opcode = 0x8;
constexpr unsigned ping_opcode = 0x9;
constexpr unsigned pong_opcode = 0xa;
constexpr unsigned last_bit = 0x80;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned length_bits = 0x7f;
constexpr unsigned length_of_16_bits = 126;
constexpr unsigned length_of_64_bits = 127;
constexpr std::size_t mask_bytes = 4;
constexpr std::string_view going_away = "\x03\xe9";  // 1001

unsigned byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<unsigned char>(bytes[index]);
}

void append_number(std::string& bytes, std::uint64_t number, int bytes_count) {
    for (int shift = 8 * (bytes_count - 1); shift >= 0; shift -= 8) {
        bytes += static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xffU);
    }
}

void append_frame(std::string& bytes, unsigned first_byte, std::string_view payload) {
    append_number(bytes, first_byte, 1);
    if (payload.size() < length_of_16_bits) {
        append_number(bytes, payload.size(), 1);
    } else if (payload.size() <= 0xffffU) {
        append_number(bytes, length_of_16_bits, 1);
        append_number(bytes, payload.size(), 2);
    } else {
        append_number(bytes, length_of_64_bits, 1);
        append_number(bytes, payload.size(), 8);
    }
    bytes += payload;
}

// How many bytes the length takes behind the first two.
std::size_t long_length_bytes(unsigned short_length) {
    if (short_length == length_of_64_bits) {
        return 8;
    }
    return short_length == length_of_16_bits ? 2 : 0;
}

}  // namespace

std::string websocket_accept(std::string_view key) {
    constexpr std::string_view known_to_all = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    const std::string text = std::string(key) + std::string(known_to_all);
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned hash_bytes = 0;
    EVP_Digest(text.data(), text.size(), hash.data(), &hash_bytes, EVP_sha1(), nullptr);
    std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> encoded{};
    const int length = EVP_EncodeBlock(encoded.data(), hash.data(), static_cast<int>(hash_bytes));
    return {encoded.begin(), encoded.begin() + length};
}

std::string websocket_echo::take(std::string_view bytes) {
    input_ += bytes;
    std::string output;
    bool goes_on = true;
    while (goes_on && !is_over_) {
        goes_on = take_frame(output);
    }
    return output;
}

std::string websocket_echo::say_close() {
    std::string output;
    if (!std::exchange(has_said_close_, true)) {
        append_frame(output, last_bit | close_opcode, going_away);
    }
    return output;
}

bool websocket_echo::take_frame(std::string& output) {
    if (input_.size() < 2) {
        return false;
    }
    const unsigned second = byte_at(input_, 1);
    const std::size_t more_bytes = long_length_bytes(second & length_bits);
    const std::size_t head_bytes = 2 + more_bytes + mask_bytes;
    if ((second & mask_bit) == 0) {
        is_over_ = true;  // clients mask (RFC 6455 section 5.1)
        return false;
    }
    if (input_.size() < head_bytes) {
        return false;
    }
    std::uint64_t length = more_bytes == 0 ? second & length_bits : 0;
    for (std::size_t index = 2; index < 2 + more_bytes; ++index) {
        length = length << 8U | byte_at(input_, index);
    }
    if (length > frame_bytes_max) {
        is_over_ = true;
        return false;
    }
    if (input_.size() < head_bytes + length) {
        return false;
    }
    std::string payload = input_.substr(head_bytes, length);
    for (std::size_t index = 0; index < payload.size(); ++index) {
        payload[index] = static_cast<char>(byte_at(payload, index) ^
                                           byte_at(input_, 2 + more_bytes + index % mask_bytes));
    }
    const unsigned first = byte_at(input_, 0);
    input_.erase(0, head_bytes + length);
    answer(first, std::move(payload), output);
    return true;
}

void websocket_echo::answer(unsigned first_byte, std::string payload, std::string& output) {
    const unsigned opcode = first_byte & opcode_bits;
    if (opcode == close_opcode) {
        is_over_ = true;
        // RFC 6455 section 5.5.1: it is answered by who has not said it before.
        if (!std::exchange(has_said_close_, true)) {
            append_frame(output, first_byte, payload);
        }
    } else if (opcode == ping_opcode) {
        append_frame(output, last_bit | pong_opcode, payload);
    } else if (opcode != pong_opcode && !has_said_close_) {
        append_frame(output, first_byte, payload);
    }
}

}  // namespace stormdrain
