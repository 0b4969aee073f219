#include "servers/reference/websocket.hpp"

#include <openssl/evp.h>

#include <array>
#include <utility>

namespace reference {
namespace {

// RFC 6455 5.2.
constexpr int continuation = 0x0;
constexpr int text = 0x1;
constexpr int binary = 0x2;
constexpr int close = 0x8;
constexpr int ping = 0x9;
constexpr int pong = 0xa;
constexpr unsigned last_bit = 0x80;
constexpr unsigned reserved_bits = 0x70;
constexpr unsigned opcode_bits = 0x0f;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned length_bits = 0x7f;
constexpr std::size_t length_of_16_bits = 126;
constexpr std::size_t length_of_64_bits = 127;
constexpr std::size_t mask_bytes = 4;
constexpr std::size_t control_bytes_max = 125;  // RFC 6455 5.5

unsigned byte_at(std::string_view bytes, std::size_t index) {
    return static_cast<unsigned char>(bytes[index]);
}

void append_number(std::string& bytes, std::uint64_t number, int bytes_count) {
    for (int shift = 8 * (bytes_count - 1); shift >= 0; shift -= 8) {
        bytes += static_cast<char>((number >> shift) & 0xffU);
    }
}

// Whole and unmasked, as servers send them.
std::string to_bytes(int opcode, std::string_view payload) {
    std::string bytes;
    bytes += static_cast<char>(last_bit | static_cast<unsigned>(opcode));
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
    return bytes;
}

bool is_control(int opcode) {
    return opcode >= close;
}

bool is_known(int opcode) {
    return opcode <= binary || (opcode >= close && opcode <= pong);
}

// How many bytes the head's length field takes behind the first two.
std::size_t length_field_bytes(std::size_t short_length) {
    if (short_length == length_of_64_bits) {
        return 8;
    }
    return short_length == length_of_16_bits ? 2 : 0;
}

}  // namespace

std::string websocket_accept(std::string_view key) {
    constexpr std::string_view known_to_all = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    std::string text_to_hash(key);
    text_to_hash += known_to_all;
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned hash_bytes = 0;
    EVP_Digest(text_to_hash.data(), text_to_hash.size(), hash.data(), &hash_bytes, EVP_sha1(),
               nullptr);
    std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> encoded{};
    const int length = EVP_EncodeBlock(encoded.data(), hash.data(), static_cast<int>(hash_bytes));
    return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(length)};
}

std::string websocket_echo::take(std::string& input) {
    std::string output;
    while (!is_over_) {
        std::optional<frame> taken = take_frame(input, output);
        if (!taken) {
            break;
        }
        output += answer(*std::move(taken));
    }
    return output;
}

std::optional<websocket_echo::frame> websocket_echo::take_frame(std::string& input,
                                                                std::string& output) {
    if (input.size() < 2) {
        return std::nullopt;
    }
    const unsigned first = byte_at(input, 0);
    const unsigned second = byte_at(input, 1);
    frame taken;
    taken.opcode = static_cast<int>(first & opcode_bits);
    taken.is_last = (first & last_bit) != 0;
    std::size_t length = second & length_bits;
    const bool is_legal =
        (first & reserved_bits) == 0 && (second & mask_bit) != 0 && is_known(taken.opcode) &&
        (!is_control(taken.opcode) || (taken.is_last && length <= control_bytes_max));
    if (!is_legal) {
        output += fail(close_code::protocol_error);
        return std::nullopt;
    }
    const std::size_t more_bytes = length_field_bytes(length);
    const std::size_t head_bytes = 2 + more_bytes + mask_bytes;
    if (input.size() < head_bytes) {
        return std::nullopt;
    }
    length = more_bytes > 0 ? 0 : length;
    for (std::size_t index = 2; index < 2 + more_bytes; ++index) {
        length = length << 8U | byte_at(input, index);
    }
    if (length > message_bytes_max || message_.size() + length > message_bytes_max) {
        output += fail(close_code::too_big);
        return std::nullopt;
    }
    if (input.size() < head_bytes + length) {
        return std::nullopt;
    }
    taken.payload = input.substr(head_bytes, length);
    for (std::size_t index = 0; index < length; ++index) {
        taken.payload[index] ^= input[2 + more_bytes + index % mask_bytes];
    }
    input.erase(0, head_bytes + length);
    return taken;
}

std::string websocket_echo::answer(frame taken) {
    switch (taken.opcode) {
        case close: {
            is_over_ = true;
            // RFC 6455 5.5.1: it is answered, with its own code, by who has not said it before.
            return std::exchange(has_said_close_, true)
                       ? std::string()
                       : to_bytes(close, taken.payload.substr(0, 2));
        }
        case ping:
            return has_said_close_ ? std::string() : to_bytes(pong, taken.payload);
        case pong:
            return {};
        default:
            return answer_piece(std::move(taken));
    }
}

std::string websocket_echo::answer_piece(frame taken) {
    const bool begins = message_opcode_ == 0;
    if (begins == (taken.opcode == continuation)) {
        return fail(close_code::protocol_error);
    }
    message_opcode_ = begins ? taken.opcode : message_opcode_;
    message_ += taken.payload;
    if (!taken.is_last) {
        return {};
    }
    const int opcode = std::exchange(message_opcode_, 0);
    const std::string whole = std::exchange(message_, {});
    // RFC 6455 5.5.1: behind a Close frame no more data is sent.
    return has_said_close_ ? std::string() : to_bytes(opcode, whole);
}

std::string websocket_echo::say_close(std::uint16_t code) {
    if (std::exchange(has_said_close_, true)) {
        return {};
    }
    std::string payload;
    append_number(payload, code, 2);
    return to_bytes(close, payload);
}

std::string websocket_echo::fail(std::uint16_t code) {
    is_over_ = true;
    return say_close(code);
}

}  // namespace reference
