#pragma once
// The secrets of TLS connections, in the lines that Wireshark and others open a capture with: the
// SSLKEYLOGFILE format (draft-ietf-tls-keylogfile). For captures of the harness's own traffic.

#include <openssl/types.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>

namespace stormdrain {

// Of one thread.
class key_log {
public:
    // A handshake leaves less than a kilobyte: some 8,000 of them. Beyond that the oldest are
    // forgotten, for a cycle is looked at for how it ended.
    static constexpr std::size_t bytes_max = std::size_t{8} * 1024 * 1024;

    key_log() = default;
    key_log(const key_log&) = delete;
    key_log& operator=(const key_log&) = delete;

    // All that connections of this context agree on from now on; the log outlives them.
    void listen_to(SSL_CTX* context);
    // One line, without its end.
    void add(std::string_view line);
    // "LABEL CLIENT_RANDOM SECRET"
    void add(std::string_view label, std::span<const std::uint8_t> client_random,
             std::span<const std::uint8_t> secret);

    // Every line with its end, oldest first.
    std::string text() const;
    void clear();

private:
    std::deque<std::string> lines_;
    std::size_t bytes_ = 0;
};

}  // namespace stormdrain
