#pragma once
// The keepers whose trees have ended, by their channels. Thread-safe.

#include "harness/process/owned_descriptor.hpp"

#include <mutex>
#include <vector>

namespace stormdrain {

class idle_keepers {
public:
    // The one that had something to do last; closed when there is none.
    owned_descriptor take();
    // Behind dismiss() the channel is closed instead.
    void give(owned_descriptor channel);
    // A keeper ends when its channel is closed.
    void dismiss();

private:
    std::mutex mutex_;
    std::vector<owned_descriptor> channels_;
    bool dismissed_ = false;
};

}  // namespace stormdrain
