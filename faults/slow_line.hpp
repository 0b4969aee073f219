#pragma once
// The connection of a slow client by its system calls, none of which blocks or waits: plain, or TLS
// behind its handshake. What it shows of the server goes into its row of the connection log.

#include "harness/base/deadline.hpp"
#include "harness/net/connection_log.hpp"
#include "harness/net/openssl_session.hpp"

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace stormdrain {

// What a line takes over.
struct slow_connection {
    int descriptor = -1;  // which does not block
    connection_row* row = nullptr;
    std::unique_ptr<openssl_session> tls = nullptr;  // null: plain
};

class slow_line {
public:
    // The row and the clock outlive it.
    slow_line(slow_connection opened, const cycle_clock& cycle_time);
    slow_line(const slow_line&) = delete;
    slow_line& operator=(const slow_line&) = delete;
    ~slow_line();

    // Sends as much of it as the kernel takes; the text outlives that. would_block: the rest is for
    // flush(), once the socket can be written to. Any other error is told once.
    boost::system::error_code say(std::string_view text);
    boost::system::error_code flush();

    // What was read, and behind it perhaps why nothing more can be: would_block, eof (close_notify,
    // too), a reset, or what OpenSSL makes of it.
    struct heard {
        std::string_view text = {};  // in the buffer, or until the next line hears something
        boost::system::error_code error = {};
    };
    heard hear(std::span<char> buffer);

    // In an orderly way; TLS: after a close_notify, if the socket takes it without waiting.
    void close(std::span<char> buffer);

    connection_row& row() const { return row_; }
    int descriptor() const { return descriptor_; }

private:
    void note(const boost::system::error_code& error);
    void release();

    connection_row& row_;
    const cycle_clock& clock_;
    std::unique_ptr<openssl_session> tls_;
    std::string_view unsent_;  // plain
    int descriptor_;
    bool can_send_ = true;
};

}  // namespace stormdrain
