// A stop takes its connections off its books one by one, and each takes its time. With a dozen of
// them nobody notices; with thousands the stop lasts so long that who waits for it gives up.
// Stimulus: ten thousand slow clients when the stop comes.

#include "servers/reference/build.hpp"

#include <chrono>

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool force_closes(connection_phase /*phase*/) const override {
        // The thread is busy, and nothing else of the server goes on meanwhile.
        const auto done = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
        while (std::chrono::steady_clock::now() < done) {
        }
        return true;
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_deregisters_one_by_one",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "deregisters_one_by_one",
                       .origin = "zotero/stream-server#14",
                       .suite = "crowds",
                       .scenario = "held/faults=heads",
                       .expects = "shutdown_deadline",
                       .lifecycle = "process",
                       .base = "crowd"}};
}

}  // namespace reference
