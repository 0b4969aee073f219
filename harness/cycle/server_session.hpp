#pragma once
// One started server with everything that goes with it: folder, ports, captured output, connectors.
// Lives for one cycle, or, for in_process targets, for as many as the process survives.

#include "harness/base/gate.hpp"
#include "harness/base/task_group.hpp"
#include "harness/cycle/cycle_record.hpp"
#include "harness/cycle/run_environment.hpp"
#include "harness/cycle/traffic.hpp"
#include "harness/plan/target.hpp"
#include "harness/process/output_capture.hpp"
#include "harness/process/owned_descriptor.hpp"
#include "harness/process/server_process.hpp"
#include "harness/process/socket_table.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

class server_session {
public:
    struct options {
        run_environment& run;
        const target& server;
        const tls_client* tls = nullptr;
        std::string folder;                         // made by the session; log and rendered files
        std::vector<std::string> alarm_words = {};  // lines with one of them are kept
    };

    server_session(const boost::asio::any_io_executor& executor, options chosen);
    server_session(const server_session&) = delete;
    server_session& operator=(const server_session&) = delete;
    ~server_session();

    // Folder, files, ports, exec, LISTEN of the tree on every port, one served request: all of it
    // recorded, nothing thrown for what the server does. False: it is not serving.
    boost::asio::awaitable<bool> start(const cycle_clock& cycle, start_record& record);

    // How to run a command of the target's (a stop command) beside the server.
    launch_spec command_spec(const std::vector<std::string>& argv) const;
    guard& launcher() { return chosen_.run.launcher; }

    // Null until exec succeeded.
    server_process* process() { return process_.get(); }
    bool running() const { return process_ != nullptr && !exited_.is_open(); }
    // The exit of the started process; empty when it still runs at the deadline.
    boost::asio::awaitable<std::optional<exit_report>> exited(time_point deadline);

    // Inodes of the listening sockets on the server's ports that its tree owns; empty unless every
    // port has one.
    std::vector<std::uint64_t> owned_listeners();
    // Those on its ports, whoever owns them: cheap enough to be asked every millisecond.
    std::vector<std::uint64_t> listeners();
    // Connectors to all ports, logging into `log`.
    connector_table make_connectors(connection_log& log) const;
    const std::map<std::string, std::uint16_t>& ports() const { return numbers_; }

    // The tree's census; empty lists when everything is gone.
    census take_census(since_start now);
    socket_table& sockets() { return sockets_; }

    // Kills whatever is left, drains the output, joins: the session is over. False when something
    // survived SIGKILL until the deadline.
    boost::asio::awaitable<bool> end(time_point deadline);
    output_summary output() const;
    const std::string& folder() const { return chosen_.folder; }

private:
    void prepare(start_record& record);
    void write(const rendered_file& file) const;
    launch_spec make_launch_spec() const;
    std::string text(std::string_view with_variables) const;
    endpoint where(std::string_view port) const;
    boost::asio::awaitable<bool> launch(const cycle_clock& cycle, start_record& record,
                                        time_point deadline);
    boost::asio::awaitable<bool> listening(const cycle_clock& cycle, start_record& record,
                                           time_point deadline);
    boost::asio::awaitable<bool> serving(const cycle_clock& cycle, start_record& record,
                                         time_point deadline);
    boost::asio::awaitable<void> watch_exit();
    std::string early_exit_text();
    std::string foreign_socket();
    std::string foreign_listener();
    boost::asio::any_io_executor executor_;
    options chosen_;
    variables variables_;
    std::map<std::string, std::uint16_t> numbers_;
    std::map<std::string, owned_descriptor> inherited_;  // listening sockets that are passed down
    socket_table sockets_;
    std::unique_ptr<output_capture> output_;
    std::unique_ptr<server_process> process_;
    std::optional<exit_report> exit_;
    gate exited_;
    task_group tasks_;
};

}  // namespace stormdrain
