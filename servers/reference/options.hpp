#pragma once
// Everything that can be set on the server's command line, as typed values.

#include "servers/reference/sockets.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace reference {

enum class request_kind { serve, help, version, describe };
enum class lifecycle { one_server, restarts };
enum class stdin_use { none, stops };  // stops: its end, or the line "quit", is a SIGTERM

struct server_options {
    request_kind wanted = request_kind::serve;
    std::optional<std::string> http;  // "127.0.0.1:8080", "[::1]:0", "unix:server.sock"
    std::optional<std::string> https;
    std::string certificate_path;
    std::string key_path;
    std::string control_socket_path;  // empty: none

    int backlog = 4096;
    std::chrono::milliseconds defer_accept{0};  // zero: connections without a byte are accepted
    std::size_t connections_max = 100'000;
    std::size_t head_bytes_max = 16 * 1024;
    std::uint64_t body_bytes_max = 64 * 1024 * 1024;
    std::uint32_t streams_max = 100;        // of an HTTP/2 connection, at a time
    std::uint32_t stream_resets_max = 200;  // by its client, in a second

    std::chrono::milliseconds handshake_timeout{10'000};
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds settings_timeout{
        10'000};  // HTTP/2: the client's, and its word on ours
    std::chrono::milliseconds body_timeout{30'000};
    // From its first byte to its last one; a proxy, which passes bodies on: to that of its head.
    std::chrono::milliseconds request_timeout{60'000};
    std::chrono::milliseconds keep_alive_timeout{15'000};
    std::chrono::milliseconds write_timeout{30'000};
    std::chrono::milliseconds linger{2'000};
    std::chrono::milliseconds linger_at_stop{500};
    std::chrono::milliseconds drain_deadline{5'000};
    std::chrono::milliseconds accept_backoff{100};

    // See descriptor_pool.hpp.
    std::size_t pool_size = 0;
    std::size_t pool_flush_every = 0;

    lifecycle serves = lifecycle::one_server;
    stdin_use standard_input = stdin_use::none;
};

class usage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// An option that a program has besides those of every server.
struct option_row {
    std::string_view name;
    std::string_view value;  // what it takes
    std::string_view help;
    // Throws usage_error.
    std::function<void(std::string_view option, std::string_view text)> set;
};

// `arguments` without the program's name. Throws usage_error.
server_options parse_options(const std::vector<std::string_view>& arguments,
                             const std::vector<option_row>& more = {});

// What --help prints.
std::string help_text(std::string_view program, const std::vector<option_row>& more = {});

// Values as they are written on the command line. Each throws usage_error.
std::uint64_t to_number(std::string_view option, std::string_view text, std::uint64_t value_max);
std::chrono::milliseconds to_duration(std::string_view option, std::string_view text);
// "127.0.0.1:8080", "[::1]:0". Names are not resolved: a server under test must not ask anybody.
boost::asio::ip::tcp::endpoint to_endpoint(std::string_view option, std::string_view text);
// The same, or "unix:PATH".
stream_endpoint to_listening_endpoint(std::string_view option, std::string_view text);

}  // namespace reference
