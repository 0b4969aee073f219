#pragma once
// A start of a server for its own sake: it is ended as soon as it serves.

#include "harness/cycle/cycle_record.hpp"
#include "harness/cycle/server_session.hpp"

#include <boost/asio/awaitable.hpp>

namespace stormdrain {

// What start() recorded, and the exit of a server that ended by itself.
boost::asio::awaitable<restart_record> start_once(server_session& trial, cycle_clock cycle);

}  // namespace stormdrain
