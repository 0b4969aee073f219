#pragma once
// Everything that the harness does to a server in one cycle: the load's clients and the faults'
// connections, all drawn from the cycle's seed, all joined before the cycle ends.

#include "harness/base/gate.hpp"
#include "harness/base/task_group.hpp"
#include "harness/cycle/cycle_record.hpp"
#include "harness/cycle/fault_groups.hpp"
#include "harness/load/load_generator.hpp"
#include "harness/plan/cycle_plan.hpp"
#include "harness/plan/suite.hpp"
#include "harness/plan/target.hpp"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

class server_session;

// Connectors to the ports of the running server, by the target's names.
using connector_table = std::map<std::string, std::unique_ptr<connector>, std::less<>>;

class traffic {
public:
    struct plan {
        const scenario& what;
        const route_table& routes;
        seed cycle_seed = 0;
        // For faults on the process; null when there is none.
        server_session* session = nullptr;
        stop_signal stop = {};
    };

    // `deadline` ends every wait of every client: far behind the stop's own deadline.
    traffic(const boost::asio::any_io_executor& executor, connector_table& connectors,
            const cycle_clock& cycle, plan planned, time_point deadline);

    // Brings the faults that strike at the start into place: before the server is launched.
    boost::asio::awaitable<void> strike_start(time_point standing_deadline);

    // Brings the faults that hold a connection into place, then those that stand at the server's
    // process (a shortage must find the connections accepted), then begins the load and the faults
    // that strike. Returns when the holders stand, could not, or the deadline passed.
    boost::asio::awaitable<void> begin(time_point standing_deadline);

    // Waits for the stop moment; false when the deadline passed without it.
    boost::asio::awaitable<bool> reach(const stop_choice& stop, time_point deadline);

    // T0: from now on the server may refuse and close. Faults that strike after it begin.
    void stop_triggered();
    // Waits for those that strike ahead of the signal.
    boost::asio::awaitable<void> strike_ahead_of_signal(time_point deadline);
    // What is held right now, for the deadline of the stop.
    std::vector<held_condition> held() const;
    // Lets go of every held connection.
    void release();
    // Waits until all clients are done; cancels what is left at the deadline. To be called
    // before the traffic dies.
    boost::asio::awaitable<void> finish(time_point deadline);

    std::vector<fault_record> fault_records() const;
    bool has_load() const { return load_ != nullptr; }
    const request_tally& tally() const;

private:
    boost::asio::awaitable<void> run_slot(fault_group& group, std::uint32_t number);
    boost::asio::awaitable<void> run_crowd(fault_group& group);
    bool may_go_on(const fault_group& group) const;
    void record(const fault_group& group, injection seen);
    void group_moved_on();
    void begin_turn(fault_time wanted);
    boost::asio::awaitable<void> until_taken_up(time_point deadline);
    fault_context make_context(const fault_use& use, seed slot_seed);
    boost::asio::awaitable<bool> reach_end(time_point deadline);
    boost::asio::awaitable<bool> before_load_ends(gate& moment, time_point deadline);
    boost::asio::awaitable<bool> reach_last_close(time_point deadline);
    boost::asio::awaitable<bool> reach_time(const stop_choice& stop, time_point deadline);

    boost::asio::any_io_executor executor_;
    connector_table& connectors_;
    cycle_clock clock_;
    plan planned_;
    time_point deadline_;
    random_source random_;
    std::unique_ptr<load_generator> load_;
    request_tally no_requests_;
    fault_groups groups_;
    gate released_;
    gate hindrance_stands_;
    gate holders_stand_;
    gate server_is_beset_;
    gate strikers_done_;
    gate stop_begins_;
    gate struck_ahead_;
    time_point load_began_{};
    bool stopping_ = false;
    task_group tasks_;
};

}  // namespace stormdrain
