// An accept(2) that fails for want of descriptors ends the process, and with it everybody whom it
// was serving well.
// Stimulus: more clients than RLIMIT_NOFILE allows.

#include "servers/reference/build.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    accept_action at_accept_error(int error) const override {
        if (error == EMFILE || error == ENFILE) {
            std::cerr << "accept: resource exhausted (" << std::strerror(error) << ")" << std::endl;
            ::_exit(1);
        }
        return behaviour::at_accept_error(error);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_exits_at_emfile",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "exits_at_emfile",
                       .origin = "yesodweb/wai#830",
                       .suite = "process_truth",
                       .scenario = "descriptors_run_out",
                       .expects = "exit_status",
                       .also = {"recovery_failed"},
                       .says = "ended by itself",
                       .lifecycle = "process"}};
}

}  // namespace reference
