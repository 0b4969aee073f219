#pragma once
// A TCP or UNIX socket by its system calls, none of which blocks, waits or is made twice.

#include "harness/base/deadline.hpp"
#include "harness/net/socket_address.hpp"

#include <boost/system/error_code.hpp>

#include <span>
#include <string_view>

namespace stormdrain {

// What few connections want of their socket before it connects.
struct socket_wishes {
    const socket_address* source = nullptr;  // null: the kernel chooses
    int receive_buffer_bytes = 0;            // 0: the kernel's
};

class native_socket {
public:
    native_socket() = default;
    native_socket(const native_socket&) = delete;
    native_socket& operator=(const native_socket&) = delete;
    ~native_socket() { close(); }

    // Instead of the connection before. No error: the connect has begun; what comes of it is told
    // by the first send, which is taken (connected), would block (not yet), or fails as connect(2)
    // would have. No child inherits the descriptor.
    boost::system::error_code begin_connect(const socket_address& remote,
                                            const socket_wishes& wanted = {});
    // Of a UNIX socket whose listener's queue was full (connect(2), EAGAIN).
    boost::system::error_code connect_again(const socket_address& remote);
    // Once it can be written to (connect(2), EINPROGRESS).
    boost::system::error_code connect_result() const;

    // would_block: nothing was taken, or nothing is there. The server's FIN is asio::error::eof.
    transfer send(std::string_view bytes);
    transfer receive(std::span<char> into);

    void close();
    int descriptor() const { return descriptor_; }
    bool is_open() const { return descriptor_ != none; }

private:
    static constexpr int none = -1;
    int descriptor_ = none;
};

}  // namespace stormdrain
