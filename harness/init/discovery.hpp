#pragma once
// What init finds out of a command line, by starting it a few times: where it runs, where it
// listens, what it speaks, what it answers, and what ends it.

#include "harness/cycle/run_environment.hpp"
#include "harness/init/first_start.hpp"
#include "harness/init/starter_target.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace stormdrain {

struct discovery_request {
    launch_words typed;
    launch_folders folders;
    std::string file;     // of the target that will be written
    std::string scratch;  // a folder for the starts, made and removed by the caller
    duration patience{};  // of each start, and of each stop
};

// One first start, and what was heard on its ports.
struct first_look {
    launch_words words;          // places resolved, placeholders as they were typed
    std::string working_folder;  // empty: its own
    server_sighting seen;
    port_numbers asked;
    std::vector<found_port> ports;
    std::string unnamed{unnamed_port};  // what {port} is called
    std::string main_port;
    std::optional<found_route> route;
    std::vector<std::string> remarks;  // on ports that no target can name

    // Empty: a target can be written.
    std::string failure() const;
};

// In a folder of its own first, as cycles do it; when it does not come to serve there, or has
// nothing to show, in the folder where its command line was typed.
boost::asio::awaitable<first_look> look_at_server(run_environment& run, discovery_request request);

// The ports as the target will have them: `answers` of each listener, in their order.
void take_ports(first_look& look, const std::vector<port_answers>& answers);

// The target of the text, as if it stood where it will be written.
target target_of(const found_server& found, const discovery_request& request);

// Each in a fresh start: SIGTERM, SIGINT, SIGQUIT.
boost::asio::awaitable<std::vector<stop_trial>> try_stops(run_environment& run,
                                                          const target& server,
                                                          discovery_request request);

}  // namespace stormdrain
