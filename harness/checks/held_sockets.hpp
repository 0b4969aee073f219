#pragma once
// Sockets that the server still holds at rest although the connection behind them is over. Each
// belongs to exactly one check: close_wait where the client's FIN was never answered with a
// close, descriptor_leak otherwise. The same of a proxy's connections to origins.

#include "harness/checks/check.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

// Points into the record it was found in.
struct held_socket {
    const process_facts* process = nullptr;
    const descriptor* what = nullptr;
    const connection_row* behind = nullptr;  // null: reset, the socket has no address any more
    const upstream_row* upstream = nullptr;  // instead: it led to an origin
    duration age{};                          // since the origin ended it
};

// Why the descriptors at rest cannot be compared in this cycle; empty: they can.
std::optional<judgement> why_not_comparable(const cycle_record& record);

// Empty when the server let go of everything in time. A socket that several processes share is
// named once; one that was there before the load, or whose peer is not ours, is not named.
std::vector<held_socket> sockets_of_finished_connections(const rest_record& rest);

// Our connection that the socket serves, or served until it was reset; null: none, or unknown.
const connection_row* connection_behind(const descriptor& held,
                                        const std::vector<connection_row>& rows);

bool is_close_wait(const held_socket& socket);

// "server (pid 12) fd 17 TCP CLOSE_WAIT ...; client: fault half_close, closed at 1.5 s"
std::string describe(const held_socket& socket);

// One finding about all of them; there is at least one.
judgement broken_by(const std::vector<held_socket>& sockets, const rest_record& rest,
                    const promises& promised);

}  // namespace stormdrain
