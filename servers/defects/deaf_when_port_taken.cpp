// A port that somebody else listens on is noticed by a thread that tells nobody: the process takes
// the failure for a stop, ends, and its exit status says that all went well. Whoever started it
// believes that it has been serving (fixed in athrvk/vayu#1025).
// Stimulus: the port is taken when the server starts.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool reports_failed_listen() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_deaf_when_port_taken",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "deaf_when_port_taken",
                       .origin = "athrvk/vayu#983",
                       .suite = "process_truth",
                       .scenario = "port_taken",
                       .expects = "start_failed",
                       .says = "exit 0",
                       .lifecycle = "process"}};
}

}  // namespace reference
