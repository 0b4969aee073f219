// The accept loop ends at the first EMFILE. The socket goes on listening: the kernel takes new
// connections, nobody ever answers them.
// Stimulus: one accept(2) that fails for want of descriptors.

#include "servers/reference/build.hpp"

#include <cerrno>

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    accept_action at_accept_error(int error) const override {
        return error == EMFILE ? accept_action::give_up : behaviour::at_accept_error(error);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_deaf_after_emfile",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "deaf_after_emfile",
                       .origin = "camlworks/dream#419",
                       .suite = "process_truth",
                       .scenario = "accept_errors/faults=no_descriptor",
                       .expects = "recovery_failed",
                       .also = {"request_failed"},
                       .says = "syscall_error",
                       .lifecycle = "process"}};
}

}  // namespace reference
