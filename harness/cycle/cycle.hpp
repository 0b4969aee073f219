#pragma once
// One cycle under way: its record, its phases. Owned by the runner, which decides their order.

#include "harness/cycle/cycle_course.hpp"
#include "harness/cycle/cycle_record.hpp"
#include "harness/cycle/server_session.hpp"
#include "harness/cycle/traffic.hpp"
#include "harness/plan/plan.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>
#include <vector>

namespace stormdrain {

// One census, and which of our connections the server still held in it.
struct rest_look {
    census taken;
    std::vector<descriptor> held;
};

class cycle {
public:
    cycle(const boost::asio::any_io_executor& executor, server_session& session,
          const planned_scenario& planned, cycle_record& record);
    ~cycle();

    // Each carries out one phase and says how it ended.
    boost::asio::awaitable<phase_result> start();
    boost::asio::awaitable<phase_result> warm();
    boost::asio::awaitable<phase_result> load();
    boost::asio::awaitable<phase_result> quiesce();
    boost::asio::awaitable<phase_result> stop();
    // After an in_process restart: the fresh server must hold no more than the old one did.
    boost::asio::awaitable<void> compare_after_restart();
    // Ends the process itself (in_process, after its last cycle).
    boost::asio::awaitable<void> quit();
    boost::asio::awaitable<void> examine();

    void note(std::string what);

private:
    // Looks again until the server has let go of all connections, or the deadline; the last look.
    boost::asio::awaitable<rest_look> settle(const census* baseline, time_point deadline);
    exit_deadline decide_deadline();
    boost::asio::awaitable<void> ask_to_stop(gate& refused, time_point deadline);
    boost::asio::awaitable<void> watch_listener(std::vector<std::uint64_t> before,
                                                time_point deadline);
    boost::asio::awaitable<void> wait_until_finished(const std::vector<std::uint64_t>& before,
                                                     time_point deadline);
    boost::asio::awaitable<void> let_go_after(duration wait);
    boost::asio::awaitable<void> force_exit(std::string why);
    boost::asio::awaitable<void> finish_traffic(duration limit);
    boost::asio::awaitable<void> look_for_orphans();
    void look_at_ports();
    const stop_mode& mode() const;

    boost::asio::any_io_executor executor_;
    server_session& session_;
    const planned_scenario& planned_;
    cycle_record& record_;
    cycle_course course_;
    cycle_clock clock_;
    connection_log log_;
    connector_table connectors_;
    request_tally warm_requests_;
    std::unique_ptr<traffic> traffic_;
    bool traffic_finished_ = false;
};

}  // namespace stormdrain
