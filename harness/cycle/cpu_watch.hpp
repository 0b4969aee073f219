#pragma once
// Watches whether the server gets the CPU that it asks for. The canary tells that the harness was
// starved; a server with more to do than a timer is starved long before.

#include "harness/base/time.hpp"
#include "harness/cycle/cycle_record.hpp"
#include "harness/process/stacks/thread_reader.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <functional>
#include <optional>
#include <vector>

namespace stormdrain {

// Finds the worst second, from samples in the order of their times.
class cpu_meter {
public:
    // Shorter ones say little: a thread that waits for its turn behind one other waits 3 ms.
    static constexpr duration window = std::chrono::seconds(1);

    explicit cpu_meter(unsigned processors) : processors_(processors) {}

    void take(time_point when, tree_times times);
    // Empty: a whole window has not gone by.
    const std::optional<cpu_want>& worst() const { return worst_; }

private:
    struct sample {
        time_point when;
        tree_times times;
    };

    cpu_want between(const sample& from, const sample& to) const;

    unsigned processors_;
    std::deque<sample> samples_;  // of the last window
    std::optional<cpu_want> worst_;
};

class cpu_watch {
public:
    // Seldom enough to cost a server of 50 threads 0.3 % of a core.
    static constexpr duration interval = std::chrono::milliseconds(250);

    // `tree`: the server's processes at that moment.
    cpu_watch(const boost::asio::any_io_executor& executor,
              std::function<std::vector<pid_t>()> tree);

    // Runs until stopped.
    boost::asio::awaitable<void> run();
    void stop();
    const std::optional<cpu_want>& worst() const { return meter_.worst(); }

private:
    std::function<std::vector<pid_t>()> tree_;
    cpu_meter meter_;
    boost::asio::steady_timer timer_;
    bool stopped_ = false;
};

}  // namespace stormdrain
