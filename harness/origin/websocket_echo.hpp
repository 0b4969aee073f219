#pragma once
// An origin's side of one WebSocket (RFC 6455), without I/O: each frame goes back as it came, whole
// or a piece of a message, unmasked as servers send them.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stormdrain {

// What proves that a server knows WebSockets (RFC 6455 section 4.2.2): of the client's key.
std::string websocket_accept(std::string_view key);

class websocket_echo {
public:
    // Of one frame. The messages of loads are far shorter.
    static constexpr std::uint64_t frame_bytes_max = std::uint64_t{1} << 20U;

    // Takes what has come; what is to be sent for it.
    std::string take(std::string_view bytes);
    // A Close frame with 1001, going away, once. Empty: Close has been said.
    std::string say_close();
    // Both sides have said Close, or what came was no frame of a client's: the connection is to be
    // closed (RFC 6455 section 7.1.1).
    bool is_over() const { return is_over_; }

private:
    // The first whole frame is put behind `output`; false: there is none.
    bool take_frame(std::string& output);
    void answer(unsigned first_byte, std::string payload, std::string& output);

    std::string input_;
    bool has_said_close_ = false;
    bool is_over_ = false;
};

}  // namespace stormdrain
