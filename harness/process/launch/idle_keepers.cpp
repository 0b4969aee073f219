#include "harness/process/launch/idle_keepers.hpp"

#include <utility>

namespace stormdrain {

owned_descriptor idle_keepers::take() {
    const std::lock_guard lock(mutex_);
    if (channels_.empty()) {
        return owned_descriptor();
    }
    owned_descriptor channel = std::move(channels_.back());
    channels_.pop_back();
    return channel;
}

void idle_keepers::give(owned_descriptor channel) {
    const std::lock_guard lock(mutex_);
    if (!dismissed_) {
        channels_.push_back(std::move(channel));
    }
}

void idle_keepers::dismiss() {
    const std::lock_guard lock(mutex_);
    dismissed_ = true;
    channels_.clear();
}

}  // namespace stormdrain
