// The listening socket lacks SO_REUSEADDR: connections that the server closed first stay in
// TIME_WAIT on its port for a minute, and until then nobody can listen there: bind(2) asks that of
// both sides.
// Stimulus: idle connections at the stop, which the server closes, and a start behind it.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool reuses_address() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_no_reuse_address",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "no_reuse_address",
                       .origin = "tio/tio#257",
                       .suite = "process_truth",
                       .scenario = "restart",
                       .expects = "start_failed",
                       .also = {"port_held"},
                       .lifecycle = "process"}};
}

}  // namespace reference
