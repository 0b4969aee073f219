// The listening sockets lack FD_CLOEXEC, as Asio makes them: a program that the server starts
// inherits them, outlives the server and keeps the port. The program ends by itself after a while,
// so that a harness that misses it is not littered.
// Stimulus: any stop; what is left is seen afterwards, at the latest by the next start.

#include "servers/reference/build.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <string>

namespace reference {
namespace {

// The first ones are open when the server starts, and few others are.
constexpr int descriptors_looked_at = 64;

bool is_listening(int descriptor) {
    int listens = 0;
    socklen_t size = sizeof listens;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 &&
           listens != 0;
}

class conduct final : public behaviour {
public:
    void at_server_start() const override {
        for (int descriptor = 3; descriptor < descriptors_looked_at; ++descriptor) {
            if (is_listening(descriptor)) {
                ::fcntl(descriptor, F_SETFD, 0);  // it is open: cannot fail
            }
        }
        std::string program = "sleep";
        std::string outlives_server_s = "30";
        const std::array<char*, 3> argv = {program.data(), outlives_server_s.data(), nullptr};
        pid_t helper = -1;  // forgotten
        // Without it the defect does not show, and its test fails.
        ::posix_spawnp(&helper, program.c_str(), nullptr, nullptr, argv.data(), environ);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_orphan_keeps_port",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "orphan_keeps_port",
                       .origin = "amule-project/amule#552",
                       .suite = "process_truth",
                       .scenario = "restart",
                       .expects = "port_held",
                       .also = {"orphan_process", "start_failed", "descriptor_inherited"},
                       .says = "held by sleep",
                       .lifecycle = "process"}};
}

}  // namespace reference
