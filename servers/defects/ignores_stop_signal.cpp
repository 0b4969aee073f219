// The signal arrives where nobody listens: the handler runs, the server does not learn of it.
// Stimulus: the stop signal alone; a stop by request still works.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool obeys_stop_signal() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_ignores_stop_signal",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "ignores_stop_signal",
                       .origin = "neutrinolabs/xrdp#3481",
                       .suite = "shutdown_cycles",
                       .scenario = "moments/at=at_rest,load=keep_alive",
                       .expects = "shutdown_deadline",
                       .also = {"listener_kept"},
                       .lifecycle = "process"}};
}

}  // namespace reference
