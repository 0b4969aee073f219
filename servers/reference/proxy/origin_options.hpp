#pragma once
// Which origin the proxy asks, and how patiently.

#include "servers/reference/listener.hpp"
#include "servers/reference/options.hpp"
#include "servers/reference/proxy/origin_behaviour.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace reference::proxy {

struct origin_options {
    protocol speaks = protocol::http;
    std::optional<boost::asio::ip::tcp::endpoint> endpoint;
    std::string authority_path;
    match_rule match = match_rule::both;
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds answer_timeout{30'000};
    std::size_t pool_max = 256;
    // Below the keep-alive time of usual origins, so that it is us who close: Apache's is 5 s,
    // nginx's 75 s.
    std::chrono::milliseconds pool_idle_timeout{4'000};
};

// Rows that write to `options`, which outlives them.
std::vector<option_row> rows_of(origin_options& options);

}  // namespace reference::proxy
