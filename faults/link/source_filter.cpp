#include "faults/link/source_filter.hpp"

#include <charconv>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

constexpr unsigned bits_per_byte = 8;

template <class Bytes>
bool same_prefix(const Bytes& left, const Bytes& right, unsigned bits) {
    for (std::size_t index = 0; index < left.size() && bits > 0; ++index) {
        const unsigned here = bits < bits_per_byte ? bits : bits_per_byte;
        const unsigned mask = (0xffU << (bits_per_byte - here)) & 0xffU;
        if (((left[index] ^ right[index]) & mask) != 0) {
            return false;
        }
        bits -= here;
    }
    return true;
}

// A listener for both families shows IPv4 clients as ::ffff:10.0.0.1 (ipv6(7)).
asio::ip::address plain(const asio::ip::address& client) {
    const bool is_mapped = client.is_v6() && client.to_v6().is_v4_mapped();
    return is_mapped
               ? asio::ip::address(asio::ip::make_address_v4(asio::ip::v4_mapped, client.to_v6()))
               : client;
}

}  // namespace

std::optional<source_filter> source_filter::read(std::string_view text) {
    const std::size_t slash = text.find('/');
    boost::system::error_code error;
    asio::ip::address network = asio::ip::make_address(std::string(text.substr(0, slash)), error);
    if (error) {
        return std::nullopt;
    }
    const unsigned most = network.is_v4() ? 32 : 128;
    unsigned prefix = most;
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const char* const end = digits.data() + digits.size();
        const auto [stop, wrong] = std::from_chars(digits.data(), end, prefix);
        if (wrong != std::errc{} || stop != end || prefix > most) {
            return std::nullopt;
        }
    }
    return source_filter(std::string(text), std::move(network), prefix);
}

bool source_filter::matches(const asio::ip::address& client) const {
    const asio::ip::address address = plain(client);
    if (address.is_v4() != network_.is_v4()) {
        return false;
    }
    return address.is_v4()
               ? same_prefix(address.to_v4().to_bytes(), network_.to_v4().to_bytes(), prefix_bits_)
               : same_prefix(address.to_v6().to_bytes(), network_.to_v6().to_bytes(), prefix_bits_);
}

}  // namespace stormdrain
