#pragma once
// One cycle under way: its record, its phases. Owned by the runner, which decides their order.

#include "harness/cycle/cycle_capture.hpp"
#include "harness/cycle/cycle_course.hpp"
#include "harness/cycle/cycle_parts.hpp"
#include "harness/cycle/stop_phase.hpp"

#include <boost/asio/awaitable.hpp>

#include <vector>

namespace stormdrain {

// One census, and which of our connections the server still held in it; of those to origins, which
// were over.
struct rest_look {
    census taken;
    std::vector<descriptor> held;
    std::vector<upstream_row> upstream;
};

class cycle {
public:
    cycle(const boost::asio::any_io_executor& executor, server_session& session,
          const planned_scenario& planned, cycle_record& record);
    ~cycle();

    // The packets of this cycle go there, from before the server's start on.
    void capture_into(cycle_capture& packets) { packets_ = &packets; }

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

private:
    boost::asio::awaitable<bool> start_prepared();
    boost::asio::awaitable<bool> start_for_a_moment();
    void make_clients();
    // Once the ports are known.
    void begin_capture();
    // Looks again until the server has let go of all connections, or the deadline; the last look.
    boost::asio::awaitable<rest_look> settle(const census* baseline, time_point deadline);

    cycle_capture* packets_ = nullptr;  // null: nobody wants them
    connector_table connectors_;        // clients refer to it until they are joined
    cycle_parts parts_;
    cycle_course course_;
    stop_phase stopping_;
};

}  // namespace stormdrain
