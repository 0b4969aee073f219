#pragma once
// The guard's process as the harness holds it. Everything of Boost.Process v2 is in this one
// translation unit: it costs 19 s to compile.

#include "harness/base/time.hpp"

#include <sys/types.h>

#include <memory>

namespace stormdrain {

class guard_process {
public:
    // Executes this very program as guard with `channel` as its standard input and nothing else
    // of the harness's descriptors but stderr. Throws environment_error.
    explicit guard_process(int channel);
    guard_process(const guard_process&) = delete;
    guard_process& operator=(const guard_process&) = delete;
    // Kills the guard when it still runs.
    ~guard_process();

    pid_t pid() const;
    // Waits for the guard's exit; gives up at the deadline.
    void join(time_point deadline);

private:
    class implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace stormdrain
