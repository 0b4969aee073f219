#pragma once
// The packets of some ports on the loopback interface, through a ring that the kernel fills
// (packet(7), TPACKET_V3): what is not read in time is lost and counted, and nobody waits for us.

#include "harness/process/owned_descriptor.hpp"
#include "harness/process/packets/packet_store.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace stormdrain {

class packet_capture {
public:
    // A block that is not full is handed over after this time.
    static constexpr std::chrono::milliseconds handed_over_within{20};

    // Sees every packet from now on. Throws environment_error, above all where the user may not
    // see packets.
    explicit packet_capture(std::span<const std::uint16_t> ports);
    packet_capture(const packet_capture&) = delete;
    packet_capture& operator=(const packet_capture&) = delete;

    // Readable when there is something to read.
    int descriptor() const { return socket_.get(); }
    // Whatever was handed over.
    void read_available(packet_store& into);
    // Packets that there was no room for, until now.
    std::uint64_t lost_count();

    // Why this machine, or this user, captures nothing; empty: it does.
    static std::string why_not();

private:
    // Half a megabyte a block and 16 MiB in all: 0.1 s of what loopback carries at most, and a
    // harness that is busy for longer is starved.
    static constexpr std::uint32_t block_bytes = 512 * 1024;
    static constexpr std::uint32_t blocks_count = 32;

    struct unmap {
        void operator()(std::byte* ring) const;
    };

    void make_ring();
    static void read_block(const std::byte* block, packet_store& into);

    owned_descriptor socket_;
    std::unique_ptr<std::byte, unmap> ring_;
    std::uint32_t next_block_ = 0;
    std::uint64_t lost_count_ = 0;
};

}  // namespace stormdrain
