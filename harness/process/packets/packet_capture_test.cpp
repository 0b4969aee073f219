#include "harness/process/packets/packet_capture.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/net/endpoint.hpp"
#include "harness/process/port_reserver.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

namespace stormdrain {
namespace {

using namespace std::chrono_literals;

std::uint16_t port_of(const owned_descriptor& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

// One connection over which the client says something.
void say(const owned_descriptor& listener, std::string_view text) {
    const owned_descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_of(listener));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    const owned_descriptor accepted(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    ASSERT_EQ(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
    std::array<char, 64> received{};
    ASSERT_EQ(::recv(accepted.get(), received.data(), text.size(), MSG_WAITALL),
              static_cast<ssize_t>(text.size()));
}

class PacketCapture : public testing::Test {
protected:
    void SetUp() override {
        if (const std::string why = packet_capture::why_not(); !why.empty()) {
            GTEST_SKIP() << "mechanism packet_socket unavailable (" << why << ")";
        }
    }

    static bool holds(const packet_store& store, std::string_view text) {
        for (const captured_packet& packet : store.first()) {
            if (packet.bytes.find(text) != std::string::npos) {
                return true;
            }
        }
        return false;
    }

    // Until a packet with the text is there.
    static packet_store read_until(packet_capture& capture, std::string_view text) {
        packet_store store;
        for (int times = 0; times < 500 && !holds(store, text); ++times) {
            pollfd waited{capture.descriptor(), POLLIN, 0};
            ::poll(&waited, 1, static_cast<int>(packet_capture::handed_over_within.count()));
            capture.read_available(store);
        }
        return store;
    }

    owned_descriptor listener_ = make_listener({"127.0.0.1", 0});
    owned_descriptor other_ = make_listener({"127.0.0.1", 0});
};

TEST_F(PacketCapture, SeesWhatPassesOnItsPortsOnce) {
    packet_capture capture(std::array{port_of(listener_)});
    say(listener_, "hello, ring");
    const packet_store store = read_until(capture, "hello, ring");
    int told = 0;
    for (const captured_packet& packet : store.first()) {
        told += packet.bytes.find("hello, ring") != std::string::npos ? 1 : 0;
        EXPECT_EQ(packet.bytes.size(), packet.wire_bytes);
    }
    EXPECT_EQ(told, 1);
    EXPECT_GE(store.count(), 4U) << "the handshake, and what was said";
    EXPECT_EQ(capture.lost_count(), 0U);
}

TEST_F(PacketCapture, SeesNothingElse) {
    packet_capture capture(std::array{port_of(listener_)});
    say(other_, "of somebody else");
    say(listener_, "of ours");
    EXPECT_FALSE(holds(read_until(capture, "of ours"), "of somebody else"));
}

TEST_F(PacketCapture, KnowsWhenPacketsCame) {
    const auto before = std::chrono::system_clock::now().time_since_epoch();
    packet_capture capture(std::array{port_of(listener_)});
    say(listener_, "now");
    const packet_store store = read_until(capture, "now");
    ASSERT_GT(store.count(), 0U);
    EXPECT_GE(store.first().front().at, before - 1s);
    EXPECT_LE(store.first().back().at, std::chrono::system_clock::now().time_since_epoch() + 1s);
}

TEST_F(PacketCapture, CountsWhatItHadNoRoomFor) {
    packet_capture capture(std::array{port_of(listener_)});
    const std::string much(32 * 1024, 'x');
    for (int times = 0; times < 2000 && capture.lost_count() == 0; ++times) {
        const owned_descriptor client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port_of(listener_));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)),
                  0);
        const owned_descriptor accepted(::accept4(listener_.get(), nullptr, nullptr, 0));
        ::send(client.get(), much.data(), much.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
    EXPECT_GT(capture.lost_count(), 0U) << "nobody read 16 MiB";
    packet_store store;
    capture.read_available(store);
    EXPECT_GT(store.count(), 0U) << "what came before is there";
}

}  // namespace
}  // namespace stormdrain
