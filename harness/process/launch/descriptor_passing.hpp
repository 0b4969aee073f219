#pragma once
// Messages with descriptors over AF_UNIX sockets (SCM_RIGHTS of unix(7)), without Asio.

#include "harness/process/owned_descriptor.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace stormdrain {

// The kernel's bound is 253 (SCM_MAX_FD); nobody listens on that many ports.
inline constexpr std::size_t passed_descriptors_max = 64;

// A connected pair of SOCK_SEQPACKET sockets, both close-on-exec. Throws environment_error.
struct channel_pair {
    owned_descriptor ours;
    owned_descriptor theirs;
};
channel_pair make_channel();

// Sends one whole message. Returns 0 or an errno; never raises SIGPIPE.
int send_message(int channel, std::span<const std::byte> message,
                 std::span<const int> descriptors = {});

struct received_message {
    std::size_t bytes_count = 0;  // 0 without an error: the other side is gone
    int error = 0;                // EAGAIN: nothing there yet
    std::vector<owned_descriptor> descriptors;
};

enum class receive_mode { wait, at_once };

// Receives one message; one that does not fit is an error (EMSGSIZE).
received_message receive_message(int channel, std::span<std::byte> into, receive_mode mode);

// For messages that are one plain struct.
template <class Message>
int send_struct(int channel, const Message& message, std::span<const int> descriptors = {}) {
    return send_message(channel, std::as_bytes(std::span(&message, 1)), descriptors);
}

}  // namespace stormdrain
