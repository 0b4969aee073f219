#pragma once
// Everything that can be set on the server's command line, as typed values.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace reference {

enum class request_kind { serve, help, version, describe };
enum class lifecycle { one_server, restarts };

struct server_options {
    request_kind wanted = request_kind::serve;
    std::optional<std::string> http;  // "127.0.0.1:8080", "[::1]:0"
    std::optional<std::string> https;
    std::string certificate_path;
    std::string key_path;
    std::string control_socket_path;  // empty: none

    int backlog = 4096;
    std::size_t connections_max = 100'000;
    std::size_t head_bytes_max = 16 * 1024;
    std::uint64_t body_bytes_max = 64 * 1024 * 1024;

    std::chrono::milliseconds handshake_timeout{10'000};
    std::chrono::milliseconds header_timeout{10'000};
    std::chrono::milliseconds body_timeout{30'000};
    std::chrono::milliseconds keep_alive_timeout{15'000};
    std::chrono::milliseconds write_timeout{30'000};
    std::chrono::milliseconds linger{2'000};
    std::chrono::milliseconds linger_at_stop{500};
    std::chrono::milliseconds drain_deadline{5'000};
    std::chrono::milliseconds accept_backoff{100};

    lifecycle serves = lifecycle::one_server;
};

class usage_error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// `arguments` without the program's name. Throws usage_error.
server_options parse_options(const std::vector<std::string_view>& arguments);

// What --help prints.
std::string help_text(std::string_view program);

}  // namespace reference
