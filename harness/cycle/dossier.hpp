#pragma once
// The examination of a server that did not stop in time: what its threads do, who is connected,
// why it hangs. To be done before anything is sent to it.

#include "harness/cycle/cycle_parts.hpp"
#include "harness/cycle/hang_record.hpp"
#include "harness/process/census/census.hpp"

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace stormdrain {

// Long enough to tell a loop from a timer, short enough to be paid for every hang.
inline constexpr duration hang_watch_interval = std::chrono::milliseconds(150);

// Looks at the server of these parts, whose census at the deadline is in the record already.
// Nothing that the server does makes it fail; it takes as long as the deadline at most. Nobody
// else may trace the server meanwhile. A runtime dump that the target asks for comes last, and not
// when the server was kept from stopping: it may be the server's end.
boost::asio::awaitable<hang_record> examine_hang(cycle_parts& parts, time_point deadline);

// The connections of clients that the server holds, with the client behind each. `baseline`: taken
// when no client was connected; sockets without a connection that it has are no client's.
std::vector<held_connection> client_connections(const census& seen, const census* baseline,
                                                const port_numbers& ports,
                                                const connection_log& log);

}  // namespace stormdrain
