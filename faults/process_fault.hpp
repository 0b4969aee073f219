#pragma once
// What all faults on the server's process share. A fault derives from process_fault and says in
// strike() what it does; asking whether the server is itself again, and the record of what
// happened, are here. Such a fault undoes what it did when strike() ends, also when cancelled.

#include "faults/attempt.hpp"
#include "harness/process/launch/server_process.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <sys/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

class object_reader;
class transport;

// Which processes of a server a fault strikes.
enum class whom {
    tree,     // all of them
    process,  // the one that was started: of several, the master
};

// The key "whom".
whom read_whom(object_reader& keys);

// Processes that can be signalled without ever meeting another one that got the pid since.
class struck_processes {
public:
    // Those of the server that live now.
    struct one {
        pid_t pid = 0;
        owned_descriptor handle;
    };
    struck_processes(const server_process& server, whom meant);

    const std::vector<one>& all() const { return processes_; }
    // The first error; "no such process" when none is alive.
    boost::system::error_code send(int number) const;
    // "process 4711", "processes 4711, 4712"
    std::string names() const;

private:
    std::vector<one> processes_;
};

class process_attempt;

// Stopped by SIGSTOP; lets them go on whatever happens.
class paused_processes {
public:
    // `which` outlives it.
    explicit paused_processes(const struck_processes& which) : which_(which) {}
    paused_processes(const paused_processes&) = delete;
    paused_processes& operator=(const paused_processes&) = delete;
    ~paused_processes() { go_on(); }

    boost::system::error_code stop();
    // The same, until all of them are seen to be stopped. Says why not; empty: they are.
    boost::asio::awaitable<std::string> stop_all(process_attempt& here);
    // Those that are gone need not go on.
    void go_on();

private:
    bool are_stopped() const;

    const struck_processes& which_;
};

class process_attempt : public attempt {
public:
    // The context has a process.
    process_attempt(fault_context& context, std::string_view kind);
    ~process_attempt();

    server_process& process() { return *context().process; }
    // Waits that long; shorter when everything is let go of.
    boost::asio::awaitable<void> stand(duration length);

    // One more connection that was opened and sent a first byte, for a server to accept (without
    // that byte TCP_DEFER_ACCEPT would hide it, tcp(7)). Empty: the error of its connect.
    boost::asio::awaitable<boost::system::error_code> open_connection();
    // The same with these bytes, or none.
    boost::asio::awaitable<boost::system::error_code> open_connection(std::string_view first);
    std::size_t connections_count() const { return connections_.size(); }
    // Of them, those that wait in the listener's queue, and those that the server has ended.
    struct queue_facts {
        std::size_t waiting_count = 0;
        std::size_t ended_count = 0;
    };
    queue_facts look_at_connections();
    // Ends by RST those that wait in the queue; how many of them are gone from the kernel's table.
    boost::asio::awaitable<std::size_t> reset_waiting();
    void close_connections();

    // The fault is over: whether the server answers on a new connection, as the route says, and how
    // long that took. Asks again and again for `served_within`.
    boost::asio::awaitable<void> demand_service(const std::string& route_name);
    // Of one core, while the fault stood and nobody asked for anything.
    void used_cpu(double share) { happened().cpu_share = share; }

    injection finish();

private:
    boost::asio::awaitable<std::string> ask_once(const rendered_request& request,
                                                 int expected_status, time_point deadline);

    std::string purpose_;
    std::vector<std::unique_ptr<transport>> connections_;
};

class process_fault : public fault {
public:
    struct traits {
        std::string_view kind;
        strike_point point = strike_point::serving;
        std::vector<std::string> routes;
    };
    explicit process_fault(traits what) : traits_(std::move(what)) {}

    held_condition holds() const final { return held_condition::none; }
    strike_point point() const final { return traits_.point; }
    std::vector<std::string> needed_routes() const final { return traits_.routes; }
    boost::asio::awaitable<injection> inject(fault_context& context) const final;

protected:
    // Returns when the fault is over and undone.
    virtual boost::asio::awaitable<void> strike(process_attempt& here) const = 0;
    // The only route, of those faults that need one.
    const std::string& route_name() const { return traits_.routes.front(); }

private:
    traits traits_;
};

}  // namespace stormdrain
