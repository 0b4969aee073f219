#pragma once
// Asks a running server to stop, the way its target says.

#include "harness/cycle/server_session.hpp"
#include "harness/plan/target.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace stormdrain {

// Empty when the request was delivered, else why not.
boost::asio::awaitable<std::string> request_stop(server_session& session, stop_trigger how,
                                                 time_point deadline);

// How records and reports name it: "SIGTERM", "POST /shutdown", "nginx".
std::string to_text(const stop_trigger& how);

// What a short command did: its exit and what it printed.
struct command_outcome {
    std::string failure;  // why it did not end with exit 0; empty: it did
    std::string output;
};

// Runs a command to its end through the launcher, so that it inherits nothing; bounded.
boost::asio::awaitable<command_outcome> run_program(guard& launcher, launch_spec spec,
                                                    std::string log_path, time_point deadline);

}  // namespace stormdrain
