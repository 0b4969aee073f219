// Accepts one connection in each tick of its clock. A burst of connects is let in at the pace of
// the clock, and who is far behind in the queue gives up.
// Stimulus: more clients at once than there are ticks in the time that they wait.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    int accepts_per_turn() const override { return 1; }
    std::chrono::milliseconds accept_interval() const override {
        return std::chrono::milliseconds(20);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_one_accept_a_tick",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "one_accept_a_tick",
                       .origin = "MoonModules/projectMM#52",
                       .suite = "short_connections",
                       .scenario = "burst/load=1280_at_once",
                       .expects = "request_failed",
                       .also = {"slow_answers"},
                       .says = "was lost: no answer until its deadline",
                       .lifecycle = "process"}};
}

}  // namespace reference
