// linux/inet_diag.h and friends clash with the C library's network headers that Asio brings, so
// nothing of Asio may be included here.

#include "harness/process/census/diag_message.hpp"

#include "harness/base/environment_error.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace stormdrain {
namespace {

std::string to_address(std::uint8_t family, const __be32* bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    in6_addr address{};
    std::memcpy(&address, bytes, sizeof(address));
    // A dual-stack listener's IPv4 connections are IPv4 on the wire and in the client's eyes.
    const bool is_mapped = family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address);
    if (family == AF_INET || is_mapped) {
        ::inet_ntop(AF_INET, is_mapped ? bytes + 3 : bytes, text.data(), text.size());
    } else {
        ::inet_ntop(AF_INET6, bytes, text.data(), text.size());
    }
    return text.data();
}

// Reads SK_MEMINFO_DROPS.
std::uint64_t drops_in(std::span<const std::byte> memory) {
    constexpr std::size_t offset = SK_MEMINFO_DROPS * sizeof(std::uint32_t);
    std::uint32_t drops = 0;
    if (memory.size() >= offset + sizeof(drops)) {
        std::memcpy(&drops, memory.data() + offset, sizeof(drops));
    }
    return drops;
}

void take_tcp_info(std::span<const std::byte> sent, tcp_socket_facts& facts) {
    tcp_info kernel{};  // an older kernel sends less of it, a newer one more
    std::memcpy(&kernel, sent.data(), std::min(sent.size(), sizeof(kernel)));
    facts.received_bytes = kernel.tcpi_bytes_received;
    facts.acknowledged_bytes = kernel.tcpi_bytes_acked;
    facts.since_received = std::chrono::milliseconds(kernel.tcpi_last_data_recv);
}

void take_attributes(std::span<const std::byte> attributes, diag_row& row) {
    while (attributes.size() >= sizeof(rtattr)) {
        rtattr attribute;
        std::memcpy(&attribute, attributes.data(), sizeof(attribute));
        if (attribute.rta_len < sizeof(attribute) || attribute.rta_len > attributes.size()) {
            break;
        }
        const auto value =
            attributes.subspan(sizeof(attribute), attribute.rta_len - sizeof(attribute));
        if (attribute.rta_type == INET_DIAG_SKMEMINFO) {
            row.drops_count = drops_in(value);
        } else if (attribute.rta_type == INET_DIAG_INFO) {
            take_tcp_info(value, row.facts);
        }
        attributes = attributes.subspan(
            std::min<std::size_t>(RTA_ALIGN(attribute.rta_len), attributes.size()));
    }
}

}  // namespace

std::vector<netlink_message> messages_of(std::span<const std::byte> datagram) {
    std::vector<netlink_message> messages;
    while (datagram.size() >= sizeof(nlmsghdr)) {
        nlmsghdr header;
        std::memcpy(&header, datagram.data(), sizeof(header));
        if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > datagram.size()) {
            throw environment_error("sock_diag: malformed answer");
        }
        netlink_message message;
        message.type = header.nlmsg_type;
        message.flags = header.nlmsg_flags;
        message.sequence = header.nlmsg_seq;
        message.payload = datagram.subspan(NLMSG_HDRLEN, header.nlmsg_len - NLMSG_HDRLEN);
        messages.push_back(message);
        datagram =
            datagram.subspan(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), datagram.size()));
    }
    return messages;
}

std::optional<diag_row> read_diag_row(std::span<const std::byte> payload) {
    inet_diag_msg message;
    if (payload.size() < sizeof(message)) {
        return std::nullopt;
    }
    std::memcpy(&message, payload.data(), sizeof(message));
    diag_row row;
    const inet_diag_sockid& id = message.id;
    row.facts.local = {to_address(message.idiag_family, id.idiag_src), ntohs(id.idiag_sport)};
    row.facts.remote = {to_address(message.idiag_family, id.idiag_dst), ntohs(id.idiag_dport)};
    row.facts.state = static_cast<tcp_state>(message.idiag_state);
    row.facts.receive_queue_bytes = message.idiag_rqueue;
    row.facts.send_queue_bytes = message.idiag_wqueue;
    row.facts.inode = message.idiag_inode;
    row.facts.timer = static_cast<tcp_timer>(message.idiag_timer);
    row.facts.retransmits_count = message.idiag_retrans;
    take_attributes(payload.subspan(sizeof(message)), row);
    return row;
}

}  // namespace stormdrain
