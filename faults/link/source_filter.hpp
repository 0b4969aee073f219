#pragma once
// Which clients a toxic strikes: those of one address or network, "127.0.0.2", "10.0.0.0/8",
// "::1", "fd00::/8".

#include <boost/asio/ip/address.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stormdrain {

class source_filter {
public:
    static std::optional<source_filter> read(std::string_view text);

    bool matches(const boost::asio::ip::address& client) const;
    const std::string& text() const { return text_; }  // as it was written

private:
    source_filter(std::string text, boost::asio::ip::address network, unsigned prefix_bits)
        : text_(std::move(text)), network_(std::move(network)), prefix_bits_(prefix_bits) {}

    std::string text_;
    boost::asio::ip::address network_;
    unsigned prefix_bits_;
};

}  // namespace stormdrain
