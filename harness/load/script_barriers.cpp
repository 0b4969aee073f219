#include "harness/load/script_barriers.hpp"

#include <utility>

namespace stormdrain {

boost::asio::awaitable<bool> script_barriers::meet(std::string name) {
    if (is_open_) {
        co_return true;
    }
    meeting& at = meetings_[name];
    if (!at.door) {
        at.door = std::make_shared<gate>(executor_);
    }
    const std::shared_ptr<gate> door = at.door;  // the next meeting has another
    ++at.present_count;
    open_if_all_are_there(at);
    const gate_result seen = co_await door->wait(clock::now() + patience_);
    const bool passes = seen == gate_result::opened;
    if (!passes && at.door == door) {
        --at.present_count;
    }
    co_return passes;
}

void script_barriers::leave() {
    --clients_count_;
    for (auto& [name, at] : meetings_) {
        open_if_all_are_there(at);
    }
}

void script_barriers::open_for_good() {
    is_open_ = true;
    for (auto& [name, at] : meetings_) {
        if (at.door) {
            at.door->open();
        }
    }
}

void script_barriers::open_if_all_are_there(meeting& at) {
    if (at.door && at.present_count > 0 && at.present_count >= clients_count_) {
        at.door->open();
        at = {};
    }
}

}  // namespace stormdrain
