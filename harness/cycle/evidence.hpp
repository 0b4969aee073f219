#pragma once
// Ties what a server holds to what the harness did: pure but for the port's holder, which is read
// from /proc.

#include "harness/cycle/cycle_record.hpp"
#include "harness/cycle/path_links.hpp"
#include "harness/net/connection_log.hpp"
#include "harness/origin/origin_set.hpp"
#include "harness/process/census/census.hpp"
#include "harness/process/census/socket_table.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace stormdrain {

// TCP sockets that serve, or served, a client of one of the ports: those with a connection there,
// and those whose connection is gone (reset) and that were not in the baseline. A spare socket is
// none of them, which a server gives up for want of descriptors and makes anew (mosquitto,
// src/net.c, spare_sock): it is where another without a connection was.
std::vector<descriptor> connections_held(const census& now, const census* baseline,
                                         const std::map<std::string, std::uint16_t>& ports);

// Our connections behind such sockets. A socket whose connection is gone has no address any more:
// its inode tells, where a fault looked at it before; otherwise the connections that we reset and
// nobody looked at are named, as candidates.
std::vector<connection_row> connections_behind(const std::vector<descriptor>& held,
                                               const connection_log& log);

// Connections to origins that the server still holds although the origin has ended them, by FIN at
// least. Those in its pool are none of them. `links`: those before origins; null: there are none.
std::vector<upstream_row> upstream_held(const census& now, const origin_set& origins,
                                        const path_links* links);

// The server's ends of our connections, looked up one by one: for a few that is a tenth of what a
// look at all sockets of its ports costs. Nothing when they are many, or UNIX sockets.
std::optional<std::vector<tcp_socket_facts>> ends_at_server(const connection_log& log,
                                                            socket_table& sockets);

// Which of our connections the server held: of its ports' sockets, those that a process of it has
// or could accept. Those of faults are kept before those of the load.
connections_held_at make_held_at(since_start now, std::span<const tcp_socket_facts> of_server,
                                 const connection_log& log);

// "server_child (pid 123)", or "no process: the kernel still holds it".
std::string holder_of(const endpoint& place, const std::vector<process_facts>& suspects,
                      socket_table& sockets);

}  // namespace stormdrain
