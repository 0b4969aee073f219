#pragma once
// Starts a server that nobody knows yet, as a cycle would, and looks where it listens. It stays
// alive for whoever wants to talk to it, until end().

#include "harness/base/gate.hpp"
#include "harness/base/task_group.hpp"
#include "harness/cycle/run_environment.hpp"
#include "harness/cycle/server_setup.hpp"
#include "harness/init/server_sighting.hpp"
#include "harness/process/census/socket_table.hpp"
#include "harness/process/launch/server_process.hpp"
#include "harness/process/output/output_capture.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>

namespace stormdrain {

class first_start {
public:
    // `server`: of its ports only the names count, all others are found. The folder is made.
    first_start(const boost::asio::any_io_executor& executor, run_environment& run,
                const target& server, std::string folder);
    first_start(const first_start&) = delete;
    first_start& operator=(const first_start&) = delete;
    ~first_start();

    // Until it listens where it was asked to and nothing new comes, or it ended, or the deadline.
    boost::asio::awaitable<server_sighting> look(time_point deadline);
    // The numbers that were given to its ports.
    const port_numbers& asked() const { return asked_; }
    // Kills what is left of it, and joins.
    boost::asio::awaitable<void> end();

private:
    boost::asio::awaitable<std::string> launch(time_point deadline);
    boost::asio::awaitable<void> watch_exit();
    boost::asio::awaitable<void> settle(server_sighting& seen, time_point deadline);
    boost::asio::awaitable<void> look_at_survivors(server_sighting& seen, time_point deadline);
    void look_at_tree(server_sighting& seen);

    boost::asio::any_io_executor executor_;
    guard& launcher_;
    std::string folder_;
    server_setup setup_;
    port_numbers asked_;
    socket_table sockets_;
    std::unique_ptr<output_capture> output_;
    std::unique_ptr<server_process> process_;
    std::optional<exit_report> exit_;
    gate exited_;
    time_point launched_;
    task_group tasks_;
};

}  // namespace stormdrain
