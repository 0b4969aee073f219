#pragma once
// The server's side of one WebSocket (RFC 6455), without I/O: bytes in, bytes out. Messages come
// back as they were sent; what a stop says is its owner's to decide.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace reference {

// RFC 6455 7.4.1.
namespace close_code {
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t protocol_error = 1002;
inline constexpr std::uint16_t too_big = 1009;
}  // namespace close_code

inline constexpr std::string_view websocket_protocol = "websocket";
inline constexpr std::string_view websocket_version = "13";

// What proves that a server knows WebSockets (RFC 6455 4.2.2): of the client's key.
std::string websocket_accept(std::string_view key);

class websocket_echo {
public:
    // Longer messages are refused.
    static constexpr std::size_t message_bytes_max = std::size_t{1} << 20;

    // Takes what of `input` is whole, and gives what is to be said to it.
    std::string take(std::string& input);
    // Says that the server goes away, once. Empty: one side has said Close already.
    std::string say_close(std::uint16_t code);
    // The server has said Close; nothing but the client's may come.
    bool has_said_close() const { return has_said_close_; }
    // Both have, or the client broke the protocol: the connection is to be closed (RFC 6455 7.1.1).
    bool is_over() const { return is_over_; }

private:
    struct frame {
        int opcode = 0;
        bool is_last = false;  // of its message
        std::string payload;
    };

    // Empty: it is not whole, or it cannot be one, and then it is_over().
    std::optional<frame> take_frame(std::string& input, std::string& output);
    std::string answer(frame taken);
    std::string answer_piece(frame taken);
    std::string fail(std::uint16_t code);

    std::string message_;  // the pieces so far
    int message_opcode_ = 0;
    bool has_said_close_ = false;
    bool is_over_ = false;
};

}  // namespace reference
