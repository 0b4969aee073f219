#pragma once
// What the phases of one cycle share; owned by the cycle, and lent to the phase that runs.

#include "harness/base/task_group.hpp"
#include "harness/cycle/cpu_watch.hpp"
#include "harness/cycle/cycle_record.hpp"
#include "harness/cycle/listener_watch.hpp"
#include "harness/cycle/server_session.hpp"
#include "harness/cycle/traffic.hpp"
#include "harness/net/connection_log.hpp"
#include "harness/plan/plan.hpp"
#include "harness/process/census/release_watch.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

namespace stormdrain {

// After the server's end all sockets are dead: clients only have to notice.
inline constexpr duration clients_end_limit = std::chrono::seconds(5);

class cycle_parts {
public:
    cycle_parts(const boost::asio::any_io_executor& on, server_session& server,
                const planned_scenario& what, cycle_record& into);
    cycle_parts(const cycle_parts&) = delete;
    cycle_parts& operator=(const cycle_parts&) = delete;
    ~cycle_parts();

    // The stop mode of the scenario.
    const stop_mode& mode() const;
    bool in_process() const;
    // The log, after it has learnt where links led its connections.
    const connection_log& known_connections();
    // Adds to the record's timeline.
    void note(std::string what);

    // Follows when the server lets go of its sockets: from now on, before the first connection.
    void watch_releases();

    // Watches whether it gets the CPU that it asks for: from now on.
    void watch_cpu();

    // Counts what its listeners drop: from now on, before the load.
    void watch_listeners();
    // Puts that into the record.
    void finish_listeners();

    // Null when there are no clients that could still do something.
    traffic* clients() { return finished_ ? nullptr : clients_.get(); }
    void begin_clients(std::unique_ptr<traffic> clients) { clients_ = std::move(clients); }
    // Lets go of everything, joins the clients and puts what they saw into the record.
    boost::asio::awaitable<void> finish_clients(duration limit);
    // Ends the watches and puts what they saw into the record. To be awaited before the parts die.
    boost::asio::awaitable<void> finish();

    boost::asio::any_io_executor executor;
    server_session& session;
    const planned_scenario& planned;
    cycle_record& record;
    cycle_clock clock;
    connection_log log;
    request_tally warm_requests;

private:
    std::unique_ptr<traffic> clients_;
    bool finished_ = false;
    std::unique_ptr<release_watch> releases_;
    std::unique_ptr<cpu_watch> cpu_;
    std::unique_ptr<listener_watch> listeners_;
    task_group tasks_;
};

}  // namespace stormdrain
