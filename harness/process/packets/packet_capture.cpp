#include "harness/process/packets/packet_capture.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/process/packets/packet_filter.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <system_error>

namespace stormdrain {
namespace {

[[noreturn]] void fail(const char* what) {
    throw environment_error(std::string(what) + ": " + std::generic_category().message(errno));
}

template <class Value>
void set_option(int socket, int level, int option, const Value& value, const char* what) {
    if (::setsockopt(socket, level, option, &value, sizeof(value)) != 0) {
        fail(what);
    }
}

owned_descriptor open_socket() {
    // Protocol 0 receives nothing until it is bound: no packet passes before the filter is there.
    owned_descriptor opened(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!opened.is_open()) {
        fail("socket(AF_PACKET)");
    }
    return opened;
}

void attach_filter(int socket, std::span<const std::uint16_t> ports) {
    std::vector<sock_filter> program = packet_filter(ports);
    const sock_fprog whole{static_cast<std::uint16_t>(program.size()), program.data()};
    set_option(socket, SOL_SOCKET, SO_ATTACH_FILTER, whole, "setsockopt(SO_ATTACH_FILTER)");
}

void bind_to_loopback(int socket) {
    sockaddr_ll loopback{};
    loopback.sll_family = AF_PACKET;
    loopback.sll_protocol = htons(ETH_P_ALL);
    loopback.sll_ifindex = static_cast<int>(::if_nametoindex("lo"));
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&loopback), sizeof(loopback)) != 0) {
        fail("bind(AF_PACKET, lo)");
    }
}

// Shared with the kernel: what it wrote before it handed a block over is to be seen after.
std::atomic_ref<std::uint32_t> status_of(tpacket_block_desc& block) {
    return std::atomic_ref<std::uint32_t>(block.hdr.bh1.block_status);
}

captured_packet packet_in(const std::byte* frame, const tpacket3_hdr& header) {
    captured_packet packet;
    packet.at = std::chrono::seconds(header.tp_sec) + std::chrono::nanoseconds(header.tp_nsec);
    packet.wire_bytes = header.tp_len;
    packet.bytes.assign(reinterpret_cast<const char*>(frame + header.tp_mac), header.tp_snaplen);
    return packet;
}

// Loopback shows every packet twice: as it goes out, and as it comes in. Kernels before 4.20 do not
// leave the first out by themselves.
bool goes_out(const std::byte* frame) {
    constexpr std::size_t alignment = TPACKET_ALIGNMENT;
    constexpr std::size_t address_at =
        (sizeof(tpacket3_hdr) + alignment - 1) / alignment * alignment;  // TPACKET_ALIGN
    const auto* const address = reinterpret_cast<const sockaddr_ll*>(frame + address_at);
    return address->sll_pkttype == PACKET_OUTGOING;
}

}  // namespace

packet_capture::packet_capture(std::span<const std::uint16_t> ports) : socket_(open_socket()) {
    const int version = TPACKET_V3;
    set_option(socket_.get(), SOL_PACKET, PACKET_VERSION, version, "setsockopt(PACKET_VERSION)");
    attach_filter(socket_.get(), ports);
    const int on = 1;
    // Where it fails goes_out() does the same, for twice the room in the ring.
    ::setsockopt(socket_.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
    make_ring();
    bind_to_loopback(socket_.get());
}

void packet_capture::unmap::operator()(std::byte* ring) const {
    ::munmap(ring, std::size_t{block_bytes} * blocks_count);
}

void packet_capture::make_ring() {
    tpacket_req3 wanted{};
    wanted.tp_block_size = block_bytes;
    wanted.tp_block_nr = blocks_count;
    // V3 packs frames one behind the other; the kernel only checks that these numbers agree.
    constexpr std::uint32_t frame_bytes = 2048;
    wanted.tp_frame_size = frame_bytes;
    wanted.tp_frame_nr = block_bytes / frame_bytes * blocks_count;
    wanted.tp_retire_blk_tov = static_cast<std::uint32_t>(handed_over_within.count());
    set_option(socket_.get(), SOL_PACKET, PACKET_RX_RING, wanted, "setsockopt(PACKET_RX_RING)");
    void* const mapped = ::mmap(nullptr, std::size_t{block_bytes} * blocks_count,
                                PROT_READ | PROT_WRITE, MAP_SHARED, socket_.get(), 0);
    if (mapped == MAP_FAILED) {
        fail("mmap(AF_PACKET)");
    }
    ring_.reset(static_cast<std::byte*>(mapped));
}

void packet_capture::read_available(packet_store& into) {
    // Not more than there are: a flood must not hold the caller.
    for (std::uint32_t count = 0; count < blocks_count; ++count) {
        std::byte* const block = ring_.get() + std::size_t{block_bytes} * next_block_;
        auto& described = *reinterpret_cast<tpacket_block_desc*>(block);
        if ((status_of(described).load(std::memory_order_acquire) & TP_STATUS_USER) == 0) {
            return;
        }
        read_block(block, into);
        status_of(described).store(TP_STATUS_KERNEL, std::memory_order_release);
        next_block_ = (next_block_ + 1) % blocks_count;
    }
}

void packet_capture::read_block(const std::byte* block, packet_store& into) {
    const auto& header = reinterpret_cast<const tpacket_block_desc*>(block)->hdr.bh1;
    const std::byte* frame = block + header.offset_to_first_pkt;
    for (std::uint32_t index = 0; index < header.num_pkts; ++index) {
        const auto& described = *reinterpret_cast<const tpacket3_hdr*>(frame);
        if (!goes_out(frame)) {
            into.add(packet_in(frame, described));
        }
        frame += described.tp_next_offset;
    }
}

std::uint64_t packet_capture::lost_count() {
    tpacket_stats_v3 seen{};  // since it was asked last
    socklen_t size = sizeof(seen);
    if (::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &seen, &size) == 0) {
        lost_count_ += seen.tp_drops;
    }
    return lost_count_;
}

std::string packet_capture::why_not() {
    try {
        const packet_capture tried(std::span<const std::uint16_t>{});
        return {};
    } catch (const environment_error& failure) {
        return failure.what();
    }
}

}  // namespace stormdrain
