// The handler of the stop signal is there before the server that it is to stop: it finds none, and
// returns. The signal is used up, the server comes up and runs on.
// Stimulus: a stop while the server starts. Starting takes a while here, as it does with a large
// configuration.

#include "servers/reference/build.hpp"

#include <poll.h>

#include <chrono>
#include <csignal>

namespace reference {
namespace {

constexpr std::chrono::milliseconds initialisation{300};

void stop_the_server(int /*number*/) {
    // There is none yet.
}

class conduct final : public behaviour {
public:
    void at_process_start() const override {
        behaviour::at_process_start();
        std::signal(SIGTERM, stop_the_server);  // fails only for an invalid signal number
        const auto done = std::chrono::steady_clock::now() + initialisation;
        for (auto left = initialisation; left.count() > 0;
             left = std::chrono::duration_cast<std::chrono::milliseconds>(
                 done - std::chrono::steady_clock::now())) {
            ::poll(nullptr, 0, static_cast<int>(left.count()));  // a signal ends it early
        }
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_loses_early_stop",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "loses_early_stop",
                       .origin = "wazo-platform/wazo-calld#419",
                       .suite = "process_truth",
                       .scenario = "signal_during_start",
                       .expects = "shutdown_deadline",
                       .lifecycle = "process"}};
}

}  // namespace reference
