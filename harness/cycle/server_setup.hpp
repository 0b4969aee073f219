#pragma once
// What a server needs before it can be launched: folder, files, ports, variables, and how to run it
// and the target's commands beside it.

#include "harness/cycle/path_links.hpp"
#include "harness/cycle/run_environment.hpp"
#include "harness/origin/origin_set.hpp"
#include "harness/plan/target.hpp"
#include "harness/process/census/socket_table.hpp"
#include "harness/process/launch/launch_spec.hpp"
#include "harness/process/owned_descriptor.hpp"
#include "harness/process/short_folder.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

using port_numbers = std::map<std::string, std::uint16_t>;
using port_places = std::map<std::string, endpoint>;

class server_setup {
public:
    // `given` places are used again; without any they are chosen.
    server_setup(run_environment& run, const target& server, std::string folder, port_places given);

    // Chooses the ports, makes the folder and the files in it. Says why it cannot: a fixed port is
    // held by somebody else. Throws environment_error.
    std::string prepare(socket_table& sockets);

    // Where the target finds its origins, behind links where there are some: before prepare().
    void set_origins(const origin_set& origins, const path_links* links);
    void set_pid(pid_t pid) { variables_["pid"] = std::to_string(pid); }
    // The text with all variables replaced.
    std::string text(std::string_view with_variables) const;
    const endpoint& where(std::string_view port) const { return places_.at(std::string(port)); }
    const port_places& places() const { return places_; }
    // Of those that are TCP ports.
    const port_numbers& ports() const { return numbers_; }
    const std::string& folder() const { return folder_; }
    // Names of the files that prepare() wrote.
    std::vector<std::string> file_names() const;
    // Listening sockets to pass down; closed by release_listeners().
    std::vector<int> listeners() const;
    void release_listeners() { inherited_.clear(); }

    launch_spec server_spec() const;
    // How to run a command of the target's (a stop command) beside the server.
    launch_spec command_spec(const std::vector<std::string>& argv) const;

private:
    // In the folder, under a name that is short enough.
    std::string socket_path(const std::string& name);
    void choose_place(const std::string& name, const target_port& port);
    std::string why_not_usable(const std::string& name, const target_port& port,
                               socket_table& sockets) const;
    void write(const rendered_file& file) const;

    run_environment& run_;
    const target& server_;
    std::string folder_;
    std::optional<short_folder> short_name_;
    variables variables_;
    port_places places_;
    port_numbers numbers_;
    std::map<std::string, owned_descriptor> inherited_;
};

}  // namespace stormdrain
