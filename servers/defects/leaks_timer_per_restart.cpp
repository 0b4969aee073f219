// Each life of the server makes a timer descriptor that its end does not close.
// Stimulus: in-process restarts, no load needed.

#include "servers/reference/build.hpp"

#include <sys/timerfd.h>

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    void at_server_start() const override {
        [[maybe_unused]] const int forgotten = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_leaks_timer_per_restart",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "leaks_timer_per_restart",
                       .origin = "jubatus/jubatus#213",
                       .suite = "shutdown_cycles",
                       .scenario = "moments/at=at_rest,load=keep_alive",
                       .expects = "descriptor_leak",
                       .lifecycle = "in_process",
                       .cycles = 20}};
}

}  // namespace reference
