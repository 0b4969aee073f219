#pragma once
// One started server with everything that goes with it: folder, ports, captured output, connectors.
// Lives for one cycle, or, for in_process targets, for as many as the process survives.

#include "harness/base/gate.hpp"
#include "harness/base/task_group.hpp"
#include "harness/cycle/cycle_record.hpp"
#include "harness/cycle/path_links.hpp"
#include "harness/cycle/run_environment.hpp"
#include "harness/cycle/server_setup.hpp"
#include "harness/cycle/traffic.hpp"
#include "harness/origin/origin_set.hpp"
#include "harness/plan/target.hpp"
#include "harness/process/census/residue_watch.hpp"
#include "harness/process/census/socket_table.hpp"
#include "harness/process/launch/server_input.hpp"
#include "harness/process/launch/server_process.hpp"
#include "harness/process/output/output_capture.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

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
        port_places places = {};                    // of an earlier session; empty: choose
        std::string log_name = "server.log";
        output_sink log_sink = output_sink::pipe;
        bool accept_trap = false;                          // a fault will make accept(2) fail
        std::optional<exit_watch_choice> exit_watch = {};  // empty: the target's
        origin_set* origins = nullptr;  // of an earlier session; null: made by this one
        // The same, of the scenario's; null: there are none.
        std::shared_ptr<path_links> links = nullptr;
    };

    server_session(const boost::asio::any_io_executor& executor, options chosen);
    server_session(const server_session&) = delete;
    server_session& operator=(const server_session&) = delete;
    ~server_session();

    // A session for the same server in the same folder and on the same ports, for when this one's
    // server is gone.
    std::unique_ptr<server_session> again() const;
    // The same with another watch over its exit than the target's.
    std::unique_ptr<server_session> again(std::optional<exit_watch_choice> exit_watch) const;

    // Folder, files and ports. False: why is recorded. Done by start() when it was not.
    bool prepare(start_record& record);
    // Only exec, and until it listens, or so much time: for a stop in the middle of the start. To
    // be prepared before. False: it ended by itself.
    boost::asio::awaitable<bool> start_listening(const cycle_clock& cycle, start_record& record,
                                                 duration within);
    // Folder, files, ports, exec, LISTEN of the tree on every port, one served request: all of it
    // recorded, nothing thrown for what the server does. False: it is not serving.
    boost::asio::awaitable<bool> start(const cycle_clock& cycle, start_record& record);

    const server_setup& setup() const { return setup_; }
    guard& launcher() { return chosen_.run.launcher; }
    // What the harness plays for the server; they live from prepare() to end().
    origin_set& origins() { return *origins_; }

    // Null until exec succeeded.
    server_process* process() { return process_.get(); }
    bool running() const { return process_ != nullptr && !exited_.is_open(); }
    // The exit of the started process; empty when it still runs at the deadline.
    boost::asio::awaitable<std::optional<exit_report>> exited(time_point deadline);

    // Writes a line to its standard input, or closes that when there is none. An error when the
    // target does not stop so, or the server has closed its end.
    boost::system::error_code ask_on_input(std::string_view line);

    // Inodes of the listening sockets on the server's ports that its tree owns; empty unless every
    // port has one.
    std::vector<std::uint64_t> owned_listeners();
    // Those on its ports, whoever owns them: cheap enough to be asked every millisecond.
    std::vector<std::uint64_t> listeners();
    // Connectors to all ports, logging into `log`: for what is none of the scenario's clients, past
    // its links.
    connector_table make_connectors(connection_log& log) const;
    // For clients and faults: through the links where there are some. They outlive the log's use.
    connector_table make_client_connectors(connection_log& log) const;
    // Null: the scenario has none.
    path_links* links() { return chosen_.links.get(); }
    const port_places& places() const { return setup_.places(); }
    // Of those that are TCP ports.
    const port_numbers& ports() const { return setup_.ports(); }

    // The server's ends of all connections to its ports, whoever holds them.
    std::vector<tcp_socket_facts> client_sockets();
    // The tree's census; empty lists when everything is gone. Its ends of connections over UNIX
    // sockets have the facts of those.
    census take_census(since_start now);
    // Remembers what only a live process shows of what it may leave: to be asked before the stop.
    void look_at_memory();
    // What the tree has left, once it is gone; `ended`: processes that were seen to end.
    residue_record residue(const std::vector<pid_t>& ended) const;
    socket_table& sockets() { return sockets_; }

    // Kills whatever is left, drains the output, joins: the session is over. False when something
    // survived SIGKILL until the deadline.
    boost::asio::awaitable<bool> end(time_point deadline);
    // What of the harness failed beside the server, as the loss of its keeper; known after end().
    const std::string& failure() const { return failure_; }
    output_summary output() const;
    output_sink log_sink() const { return chosen_.log_sink; }
    // Null until it was launched.
    output_capture* capture() { return output_.get(); }
    // Lets output that a fault holds back flow again. False: none was held back.
    bool drain_output();
    const std::string& folder() const { return chosen_.folder; }

private:
    time_point begin_start(const cycle_clock& cycle, start_record& record);
    boost::asio::awaitable<bool> launch(const cycle_clock& cycle, start_record& record,
                                        time_point deadline);
    boost::asio::awaitable<bool> listening(const cycle_clock& cycle, start_record& record,
                                           time_point deadline);
    boost::asio::awaitable<bool> serving(const cycle_clock& cycle, start_record& record,
                                         time_point deadline);
    boost::asio::awaitable<void> watch_exit();
    void watch_residue(const std::string& working_folder);
    std::string early_exit_text();
    std::string foreign_socket();

    boost::asio::any_io_executor executor_;
    options chosen_;
    server_setup setup_;
    std::unique_ptr<origin_set> own_origins_;
    origin_set* origins_ = nullptr;
    bool prepared_ = false;
    std::string failure_;
    socket_table sockets_;
    std::optional<residue_watch> residue_;
    std::unique_ptr<output_capture> output_;
    std::optional<server_input> input_;  // of a target that is stopped there
    std::unique_ptr<server_process> process_;
    std::optional<exit_report> exit_;
    gate exited_;
    task_group tasks_;
};

}  // namespace stormdrain
