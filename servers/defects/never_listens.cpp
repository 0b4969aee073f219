// The process is up and nothing listens: the failure of bind was swallowed.
// Stimulus: none: readiness never comes.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool opens_listeners() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_never_listens",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "never_listens",
                       .origin = "NuSkooler/enigma-bbs#547",
                       .suite = "shutdown_cycles",
                       .scenario = "moments/at=at_rest,load=keep_alive",
                       .expects = "start_failed",
                       .lifecycle = "process"}};
}

}  // namespace reference
