#pragma once
// Wakes many at their times by one timer: setting an alarm that is not the next one costs no system
// call, and a connection that is over before its deadline never armed any.

#include "harness/base/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <set>
#include <utility>

namespace stormdrain {

class alarm_clock {
public:
    // One who is woken; it is taken off the clock when it dies.
    class alarm {
    public:
        // The clock outlives it.
        alarm(alarm_clock& of, std::function<void()> rings)
            : clock_(of), rings_(std::move(rings)) {}
        alarm(const alarm&) = delete;
        alarm& operator=(const alarm&) = delete;
        ~alarm() { set(time_point::max()); }
        // max: never. Replaces the time that was set before.
        void set(time_point at);

    private:
        friend alarm_clock;
        alarm_clock& clock_;
        std::function<void()> rings_;
        time_point at_ = time_point::max();
    };

    // `after_ringing` is called when all that were due have rung.
    alarm_clock(const boost::asio::any_io_executor& executor, std::function<void()> after_ringing);
    alarm_clock(const alarm_clock&) = delete;
    alarm_clock& operator=(const alarm_clock&) = delete;
    ~alarm_clock();

private:
    struct life {
        alarm_clock* owner;
    };

    void arm();
    void ring();

    boost::asio::steady_timer timer_;
    time_point armed_at_ = time_point::max();
    std::set<std::pair<time_point, alarm*>> set_;
    std::function<void()> after_ringing_;
    std::shared_ptr<life> life_;  // shared with the wait that is under way
};

}  // namespace stormdrain
