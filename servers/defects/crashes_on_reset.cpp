// A reset frees what the connection knows of its response, and the write that is under way still
// counts its bytes there.
// Stimulus: clients that reset their connections while their requests are being handled. What is
// freed goes back to the system at once here: elsewhere its use shows in one run of many.

#include "servers/reference/build.hpp"

#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace reference {
namespace {

struct response_state {
    std::size_t written_bytes = 0;
};

class conduct final : public behaviour {
public:
    reset_action at_connection_reset() const override {
        void* const page = ::mmap(nullptr, sizeof(response_state), PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (page != MAP_FAILED) {  // or the defect does not show, and its test fails
            volatile response_state* const pending = new (page) response_state;
            ::munmap(page, sizeof(response_state));
            pending->written_bytes = 0;
        }
        return reset_action::close;
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_crashes_on_reset",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "crashes_on_reset",
                       .origin = "Stiffstream/restinio#246",
                       .suite = "shutdown_cycles",
                       .scenario = "resets/at=at_rest,faults=reset_handler",
                       .expects = "exit_status",
                       .also = {"request_failed", "connection_severed", "unannounced_close"},
                       .says = "SIGSEGV",
                       .lifecycle = "process"}};
}

}  // namespace reference
