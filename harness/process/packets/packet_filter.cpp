#include "harness/process/packets/packet_filter.hpp"

#include "harness/base/environment_error.hpp"

#include <netinet/in.h>

#include <string>

namespace stormdrain {
namespace {

constexpr std::uint32_t ethertype_at = 12;
constexpr std::uint32_t ethertype_ipv4 = 0x0800;
constexpr std::uint32_t ethertype_ipv6 = 0x86dd;
constexpr std::uint32_t ipv4_at = 14;
constexpr std::uint32_t ipv4_protocol_at = ipv4_at + 9;
// Behind 40 bytes of header (RFC 8200 section 3); loopback has no extension headers.
constexpr std::uint32_t ipv6_next_header_at = ipv4_at + 6;
constexpr std::uint32_t ipv6_ports_at = ipv4_at + 40;
constexpr std::uint32_t all_of_it = 0x40000;  // 256 KiB: more than a frame of `lo` holds

constexpr std::uint16_t load_half = BPF_LD | BPF_H | BPF_ABS;
constexpr std::uint16_t load_byte = BPF_LD | BPF_B | BPF_ABS;
constexpr std::uint16_t load_half_behind = BPF_LD | BPF_H | BPF_IND;
constexpr std::uint16_t load_header_length = BPF_LDX | BPF_B | BPF_MSH;
constexpr std::uint16_t jump_if_equal = BPF_JMP | BPF_JEQ | BPF_K;
constexpr std::uint16_t jump = BPF_JMP | BPF_JA;
constexpr std::uint16_t give_back = BPF_RET | BPF_K;

// Takes the packet when what was loaded is one of the ports; goes on behind itself otherwise. No
// jump is longer than its instruction allows, however many ports there are.
void add_ports(std::vector<sock_filter>& program, std::span<const std::uint16_t> ports) {
    for (const std::uint16_t port : ports) {
        program.push_back({jump_if_equal, 0, 1, port});
        program.push_back({give_back, 0, 0, all_of_it});
    }
}

std::vector<sock_filter> of_ipv4(std::span<const std::uint16_t> ports) {
    std::vector<sock_filter> program{{load_byte, 0, 0, ipv4_protocol_at},
                                     {jump_if_equal, 1, 0, IPPROTO_TCP},
                                     {give_back, 0, 0, 0},
                                     {load_header_length, 0, 0, ipv4_at},
                                     {load_half_behind, 0, 0, ipv4_at}};
    add_ports(program, ports);
    program.push_back({load_half_behind, 0, 0, ipv4_at + 2});
    add_ports(program, ports);
    program.push_back({give_back, 0, 0, 0});
    return program;
}

std::vector<sock_filter> of_ipv6(std::span<const std::uint16_t> ports) {
    std::vector<sock_filter> program{{load_byte, 0, 0, ipv6_next_header_at},
                                     {jump_if_equal, 1, 0, IPPROTO_TCP},
                                     {give_back, 0, 0, 0},
                                     {load_half, 0, 0, ipv6_ports_at}};
    add_ports(program, ports);
    program.push_back({load_half, 0, 0, ipv6_ports_at + 2});
    add_ports(program, ports);
    program.push_back({give_back, 0, 0, 0});
    return program;
}

}  // namespace

std::vector<sock_filter> packet_filter(std::span<const std::uint16_t> ports) {
    if (ports.size() > filtered_ports_max) {
        throw environment_error("packets of " + std::to_string(ports.size()) +
                                " ports cannot be captured at once, but of " +
                                std::to_string(filtered_ports_max));
    }
    const std::vector<sock_filter> ipv4 = of_ipv4(ports);
    const std::vector<sock_filter> ipv6 = of_ipv6(ports);
    std::vector<sock_filter> program{{load_half, 0, 0, ethertype_at},
                                     {jump_if_equal, 0, 1, ethertype_ipv4},
                                     {jump, 0, 0, 3},
                                     {jump_if_equal, 0, 1, ethertype_ipv6},
                                     {jump, 0, 0, static_cast<std::uint32_t>(ipv4.size()) + 1},
                                     {give_back, 0, 0, 0}};
    program.insert(program.end(), ipv4.begin(), ipv4.end());
    program.insert(program.end(), ipv6.begin(), ipv6.end());
    return program;
}

}  // namespace stormdrain
