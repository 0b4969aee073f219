#pragma once
// Where a link listens or dials, as users write it: "127.0.0.1:80", "[::1]:80", "localhost:80",
// "db:5432", ":80".

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct place {
    std::string host;  // literal or name; empty: any address, to listen on
    std::uint16_t port = 0;
    bool operator==(const place&) const = default;
};

std::optional<place> read_place(std::string_view text);
std::string to_text(const boost::asio::ip::tcp::endpoint& where);

// What needs no resolver: literals, localhost (always loopback, RFC 6761 section 6.3) and the empty
// host. Empty: somebody has to be asked.
std::vector<boost::asio::ip::tcp::endpoint> known_addresses(const place& where);

}  // namespace stormdrain
