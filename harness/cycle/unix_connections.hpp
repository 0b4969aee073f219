#pragma once
// A census shows a UNIX socket as no more than that: which of them are connections of clients, and
// of which, is found here.

#include "harness/cycle/server_setup.hpp"
#include "harness/process/census/census.hpp"
#include "harness/process/census/socket_table.hpp"

namespace stormdrain {

// Gives the descriptors that are the server's ends of connections to one of the places the facts of
// those, as TCP sockets have them.
void describe_unix_connections(census& taken, const port_places& places, socket_table& sockets);

}  // namespace stormdrain
