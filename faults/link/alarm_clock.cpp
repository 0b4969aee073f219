#include "faults/link/alarm_clock.hpp"

namespace stormdrain {

void alarm_clock::alarm::set(time_point at) {
    if (at == at_) {
        return;
    }
    if (at_ != time_point::max()) {
        clock_.set_.erase({at_, this});
    }
    at_ = at;
    if (at_ != time_point::max()) {
        clock_.set_.emplace(at_, this);
        clock_.arm();
    }
}

alarm_clock::alarm_clock(const boost::asio::any_io_executor& executor,
                         std::function<void()> after_ringing)
    : timer_(executor),
      after_ringing_(std::move(after_ringing)),
      life_(std::make_shared<life>(life{this})) {}

alarm_clock::~alarm_clock() {
    life_->owner = nullptr;
}

// An alarm that was taken off leaves the timer armed: ringing for nobody is cheaper than setting it
// anew for everybody.
void alarm_clock::arm() {
    if (set_.empty() || set_.begin()->first >= armed_at_) {
        return;
    }
    armed_at_ = set_.begin()->first;
    timer_.expires_at(armed_at_);
    timer_.async_wait([held = life_](boost::system::error_code error) {
        if (held->owner != nullptr && !error) {
            held->owner->ring();
        }
    });
}

void alarm_clock::ring() {
    armed_at_ = time_point::max();
    const time_point now = clock::now();
    while (!set_.empty() && set_.begin()->first <= now) {
        alarm& next = *set_.begin()->second;
        next.set(time_point::max());
        next.rings_();
    }
    after_ringing_();
    arm();
}

}  // namespace stormdrain
