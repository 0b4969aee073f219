#pragma once
// A server's own view of its hang: what its runtime prints on a signal (Go, the JVM), or answers to
// a request (/debug/pprof/goroutine?debug=2). Thread stacks of such runtimes say little.

#include "harness/cycle/server_session.hpp"
#include "harness/plan/target.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <string>

namespace stormdrain {

// Of an answer; the output has its own bound.
inline constexpr std::size_t dump_bytes_max = 4 * 1024 * 1024;

// Asks, and waits for what comes: until it stops coming or the deadline. One line that says where
// it is: in the server's log, or in hang_dump.txt of the session's folder.
boost::asio::awaitable<std::string> ask_for_dump(server_session& session, stop_trigger how,
                                                 time_point deadline);

// Where the kernel puts a core file (core(5)): "core.%p in the server's folder", "piped to ...".
std::string where_cores_go();

}  // namespace stormdrain
