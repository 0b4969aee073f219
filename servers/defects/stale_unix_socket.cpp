// The file of the control socket is removed neither at the stop nor before the next bind(2): who
// has run once cannot be started again.
// Stimulus: a second start in the same folder.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool clears_control_socket() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_stale_unix_socket",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "stale_unix_socket",
                       .origin = "element-hq/matrix-authentication-service#2424",
                       .suite = "process_truth",
                       .scenario = "restart",
                       .expects = "start_failed",
                       .also = {"file_left"},
                       .says = "unix_socket",
                       .lifecycle = "process"}};
}

}  // namespace reference
