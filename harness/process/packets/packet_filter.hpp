#pragma once
// The kernel's filter for a capture: TCP to or from some ports, over IPv4 and IPv6, in Ethernet
// frames. Classic BPF, as packet(7) and socket(7) take it.

#include <linux/filter.h>

#include <cstdint>
#include <span>
#include <vector>

namespace stormdrain {

// A program has BPF_MAXINSNS = 4096 instructions: four a port and family.
inline constexpr std::size_t filtered_ports_max = 500;

// Takes whole packets. Throws environment_error when there are too many ports.
std::vector<sock_filter> packet_filter(std::span<const std::uint16_t> ports);

}  // namespace stormdrain
