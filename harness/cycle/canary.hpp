#pragma once
// Watches the harness itself: a 10 ms timer that fires late says that the machine starved us, and
// what was measured meanwhile must not be held against the server (verdict rule R22).

#include "harness/base/time.hpp"

#include <boost/asio/awaitable.hpp>

namespace stormdrain {

class canary {
public:
    static constexpr duration interval = std::chrono::milliseconds(10);

    // Runs until cancelled.
    boost::asio::awaitable<void> run();
    // How late the timer was at worst since the last reset.
    duration slip_max() const { return slip_max_; }
    void reset() {
        slip_max_ = duration::zero();
        reset_at_ = clock::now();
    }

private:
    duration slip_max_{};
    time_point reset_at_{};  // what was late before is not held against what comes after
};

}  // namespace stormdrain
