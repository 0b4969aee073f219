#include "harness/process/packets/packet_store.hpp"

#include <gtest/gtest.h>

namespace stormdrain {
namespace {

constexpr std::size_t packet_bytes = std::size_t{64} * 1024;

captured_packet numbered(std::uint32_t number) {
    captured_packet packet;
    packet.at = std::chrono::nanoseconds(number);
    packet.wire_bytes = packet_bytes;
    packet.bytes.assign(packet_bytes, 'x');
    return packet;
}

TEST(PacketStore, KeepsAllOfAShortCapture) {
    packet_store store;
    for (std::uint32_t number = 0; number < 3; ++number) {
        store.add(numbered(number));
    }
    EXPECT_EQ(store.first().size(), 3U);
    EXPECT_TRUE(store.last().empty());
    EXPECT_EQ(store.left_out_count(), 0U);
    EXPECT_EQ(store.count(), 3U);
}

TEST(PacketStore, OfALongOneKeepsTheBeginningAndTheEnd) {
    packet_store store;
    constexpr std::uint32_t count = 1000;
    for (std::uint32_t number = 0; number < count; ++number) {
        store.add(numbered(number));
    }
    EXPECT_EQ(store.first().front().at.count(), 0);
    EXPECT_EQ(store.last().back().at.count(), count - 1);
    EXPECT_GT(store.left_out_count(), 0U);
    EXPECT_EQ(store.count(), count);
    // Nothing is missing but in one place.
    EXPECT_EQ(static_cast<std::uint64_t>(store.last().front().at.count()),
              store.first().size() + store.left_out_count());
    const std::size_t kept = store.first().size() + store.last().size();
    EXPECT_LE(kept * packet_bytes, packet_store::first_bytes_max + packet_store::last_bytes_max);
}

TEST(PacketStore, BoundsEmptyPacketsToo) {
    packet_store store;
    constexpr std::uint32_t count = 400'000;
    for (std::uint32_t number = 0; number < count; ++number) {
        store.add({});
    }
    EXPECT_LE(store.first().size() + store.last().size(),
              (packet_store::first_bytes_max + packet_store::last_bytes_max) /
                  packet_store::overhead_bytes);
    EXPECT_EQ(store.count(), count);
}

TEST(PacketStore, BeginsAnew) {
    packet_store store;
    for (std::uint32_t number = 0; number < 1000; ++number) {
        store.add(numbered(number));
    }
    store.clear();
    EXPECT_EQ(store.count(), 0U);
    store.add(numbered(7));
    EXPECT_EQ(store.first().size(), 1U) << "the beginning is free again";
}

}  // namespace
}  // namespace stormdrain
