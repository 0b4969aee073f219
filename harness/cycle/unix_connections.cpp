#include "harness/cycle/unix_connections.hpp"

#include "harness/net/unix_endpoint.hpp"

#include <cstdint>
#include <map>
#include <utility>

namespace stormdrain {

void describe_unix_connections(census& taken, const port_places& places, socket_table& sockets) {
    std::map<std::uint64_t, tcp_socket_facts> by_inode;
    for (const auto& [name, place] : places) {
        if (!is_unix(place)) {
            continue;
        }
        for (tcp_socket_facts& socket : sockets.sockets_at(place)) {
            if (socket.state != tcp_state::listen) {
                by_inode.emplace(socket.inode, std::move(socket));
            }
        }
    }
    for (process_facts& process : taken.processes) {
        for (descriptor& held : process.descriptors) {
            const auto found = by_inode.find(held.inode);
            if (held.kind == descriptor_kind::unix_socket && found != by_inode.end()) {
                held.tcp = found->second;
            }
        }
    }
}

}  // namespace stormdrain
