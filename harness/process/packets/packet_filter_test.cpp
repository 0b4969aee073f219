#include "harness/process/packets/packet_filter.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <numeric>
#include <string>

namespace stormdrain {
namespace {

std::string two_bytes(std::uint16_t number) {
    return {static_cast<char>(number >> 8U), static_cast<char>(number & 0xffU)};
}

struct ends {
    std::uint16_t source = 0;
    std::uint16_t destination = 0;
};

constexpr char tcp = 6;
constexpr char udp = 17;

std::string ipv4(const ends& of, char protocol = tcp, std::size_t options_bytes = 0) {
    const auto words = static_cast<char>(0x40U + (20 + options_bytes) / 4);
    std::string frame(12, '\0');
    frame += two_bytes(0x0800);
    frame += words + std::string(8, '\0') + protocol + std::string(10 + options_bytes, '\0');
    return frame + two_bytes(of.source) + two_bytes(of.destination) + std::string(16, '\0');
}

std::string ipv6(const ends& of, char next_header = tcp) {
    std::string frame(12, '\0');
    frame += two_bytes(0x86dd);
    frame += '\x60' + std::string(5, '\0') + next_header + std::string(33, '\0');
    return frame + two_bytes(of.source) + two_bytes(of.destination) + std::string(16, '\0');
}

// The kernel itself runs the program, on what one end of a pair of sockets is sent: that takes no
// privilege (socket(7)).
class PacketFilter : public testing::Test {
protected:
    void attach(std::span<const std::uint16_t> ports) {
        std::array<int, 2> pair{};
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair.data()), 0);
        sender_.reset(pair[0]);
        receiver_.reset(pair[1]);
        std::vector<sock_filter> program = packet_filter(ports);
        const sock_fprog whole{static_cast<std::uint16_t>(program.size()), program.data()};
        ASSERT_EQ(
            ::setsockopt(receiver_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &whole, sizeof(whole)), 0)
            << errno;
    }

    bool takes(const std::string& frame) const {
        EXPECT_EQ(::send(sender_.get(), frame.data(), frame.size(), 0),
                  static_cast<ssize_t>(frame.size()));
        std::array<char, 256> received{};
        const ssize_t count =
            ::recv(receiver_.get(), received.data(), received.size(), MSG_DONTWAIT);
        EXPECT_TRUE(count < 0 || count == static_cast<ssize_t>(frame.size())) << "it was cut";
        return count > 0;
    }

    owned_descriptor sender_;
    owned_descriptor receiver_;
};

TEST_F(PacketFilter, TakesBothDirectionsOfItsPorts) {
    attach(std::array<std::uint16_t, 2>{8080, 443});
    EXPECT_TRUE(takes(ipv4({40000, 8080})));
    EXPECT_TRUE(takes(ipv4({8080, 40000})));
    EXPECT_TRUE(takes(ipv4({443, 40000})));
    EXPECT_TRUE(takes(ipv6({40000, 443})));
    EXPECT_TRUE(takes(ipv6({8080, 40000})));
}

TEST_F(PacketFilter, LeavesOutWhatIsNotTheirs) {
    attach(std::array<std::uint16_t, 1>{8080});
    EXPECT_FALSE(takes(ipv4({40000, 8081})));
    EXPECT_FALSE(takes(ipv6({8081, 40000})));
    EXPECT_FALSE(takes(ipv4({40000, 8080}, udp)));
    EXPECT_FALSE(takes(ipv6({40000, 8080}, udp)));
    EXPECT_FALSE(takes(std::string(12, '\0') + two_bytes(0x0806) + std::string(40, '\0'))) << "ARP";
    EXPECT_FALSE(takes("short"));
}

TEST_F(PacketFilter, FindsPortsBehindIpv4Options) {
    attach(std::array<std::uint16_t, 1>{8080});
    constexpr std::size_t options_bytes = 8;
    EXPECT_TRUE(takes(ipv4({40000, 8080}, tcp, options_bytes)));
    EXPECT_FALSE(takes(ipv4({40000, 8081}, tcp, options_bytes)));
}

TEST_F(PacketFilter, TakesAsManyPortsAsItSays) {
    std::vector<std::uint16_t> ports(filtered_ports_max);
    std::iota(ports.begin(), ports.end(), std::uint16_t{1000});
    attach(ports);
    EXPECT_TRUE(takes(ipv4({40000, 1000})));
    EXPECT_TRUE(takes(ipv6({ports.back(), 40000})));
    EXPECT_FALSE(takes(ipv4({40000, 999})));
    ports.push_back(1);
    EXPECT_THROW(packet_filter(ports), environment_error);
}

TEST_F(PacketFilter, WithoutPortsTakesNothing) {
    attach({});
    EXPECT_FALSE(takes(ipv4({40000, 8080})));
    EXPECT_FALSE(takes(ipv6({0, 0})));
}

}  // namespace
}  // namespace stormdrain
