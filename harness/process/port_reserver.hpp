#pragma once
// Free ports for servers, outside the range from which the kernel takes ports for outgoing
// connections: nothing that the harness opens can sit on a server's port before it listens.

#include "harness/net/endpoint.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

namespace stormdrain {

struct port_range {
    std::uint16_t first = 0;
    std::uint16_t last = 0;
    bool operator==(const port_range&) const = default;
};

// Where servers' ports may be, given the ephemeral range of the machine.
port_range server_ports(port_range ephemeral);

class port_reserver {
public:
    // Reads net.ipv4.ip_local_port_range. Each process begins elsewhere in the range.
    port_reserver();
    port_reserver(port_range ports, std::uint64_t start);

    // A port that can be bound on every local address even without SO_REUSEADDR. None comes twice
    // before all others of the range came. Thread-safe. Throws environment_error when no port is
    // free.
    // The last leases_max of them no other harness on this machine gets: not before the server
    // listens, and not between its end and the look whether its ports can be bound again.
    std::uint16_t next();

    // More than the cycles that run at the same time have ports; each is a descriptor of ours.
    static constexpr std::size_t leases_max = 64;

private:
    port_range ports_;
    std::mutex mutex_;
    std::uint64_t position_;
    std::deque<owned_descriptor> leases_;  // oldest first
};

enum class port_state {
    bindable,  // a server that sets SO_REUSEADDR, as all but careless ones do, can listen there
    in_use,    // EADDRINUSE
    unknown,   // the question failed for a reason of its own: EACCES, EMFILE, ...
};

// Of a UNIX socket: whether nobody listens on it any more.
port_state state_of_port(const endpoint& place);
// The same for a server without SO_REUSEADDR, which connections in TIME_WAIT keep away; of a UNIX
// socket for one that does not remove the file.
port_state state_of_port_without_reuse(const endpoint& place);
// False only when the port is proven to be in use: what could not be asked accuses nobody.
bool port_is_bindable(const endpoint& place);

// A listening socket to hand to a server. Throws environment_error.
owned_descriptor make_listener(const endpoint& place);

}  // namespace stormdrain
