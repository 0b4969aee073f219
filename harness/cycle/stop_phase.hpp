#pragma once
// The stop: asked for, watched, and when its time is up, explained and ended by force.

#include "harness/base/gate.hpp"
#include "harness/cycle/cycle_parts.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

class stop_phase {
public:
    explicit stop_phase(cycle_parts& parts) : parts_(parts), record_(parts.record.stop) {}

    // What takes time before the stop can be triggered. To be called ahead where the moment of the
    // trigger counts in microseconds; otherwise run() does it.
    boost::asio::awaitable<void> prepare();
    // Triggers the stop and waits for its end, or ends it by force.
    boost::asio::awaitable<void> run();
    // Ends the process itself (in_process, after its last cycle).
    boost::asio::awaitable<void> quit();

private:
    using inodes = std::vector<std::uint64_t>;

    void decide_deadline();
    boost::asio::awaitable<void> prepare_witness();
    boost::asio::awaitable<void> trigger_and_wait();
    boost::asio::awaitable<void> ask_to_stop(gate& refused, time_point deadline);
    boost::asio::awaitable<void> watch_listener(time_point deadline);
    boost::asio::awaitable<void> sample(time_point deadline);
    boost::asio::awaitable<void> wait_until_finished(time_point deadline);
    boost::asio::awaitable<void> let_go_after(duration wait);
    boost::asio::awaitable<void> ask_again_after(duration wait, time_point deadline);
    // True when the server may have more time: the machine, or the harness, kept it from ending.
    boost::asio::awaitable<bool> explain_hang();
    boost::asio::awaitable<void> force_exit(std::string why);
    void listener_went();
    bool is_over() const;
    connections_held_at connections_now();
    void put_down_samples();

    cycle_parts& parts_;
    stop_record& record_;
    exit_deadline limit_;
    std::optional<duration> ask_again_after_;
    bool is_prepared_ = false;
    inodes before_;           // the listening sockets
    bool is_traced_ = false;  // but for the time of an examination
    std::optional<census> last_sample_;
    std::string refused_because_;
};

}  // namespace stormdrain
