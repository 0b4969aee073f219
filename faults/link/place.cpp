#include "faults/link/place.hpp"

#include "harness/net/endpoint.hpp"

#include <boost/asio/ip/address.hpp>

#include <charconv>

namespace stormdrain {

namespace asio = boost::asio;
using asio::ip::tcp;

std::optional<place> read_place(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    place where;
    const std::string_view digits = text.substr(colon + 1);
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, where.port);
    if (error != std::errc{} || stop != end) {
        return std::nullopt;
    }
    std::string_view host = text.substr(0, colon);
    const bool is_bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
    if (is_bracketed) {
        host = host.substr(1, host.size() - 2);
    } else if (host.find_first_of(":[] /") != std::string_view::npos) {
        return std::nullopt;  // an IPv6 address without its brackets leaves the port to guesses
    }
    where.host = host;
    return where;
}

std::string to_text(const tcp::endpoint& where) {
    return to_text(endpoint{where.address().to_string(), where.port()});
}

std::vector<tcp::endpoint> known_addresses(const place& where) {
    if (where.host.empty()) {
        return {{asio::ip::address_v6::any(), where.port},
                {asio::ip::address_v4::any(), where.port}};
    }
    if (where.host == "localhost") {
        return {{asio::ip::address_v4::loopback(), where.port},
                {asio::ip::address_v6::loopback(), where.port}};
    }
    boost::system::error_code is_name;
    const asio::ip::address literal = asio::ip::make_address(where.host, is_name);
    if (is_name) {
        return {};
    }
    return {{literal, where.port}};
}

}  // namespace stormdrain
