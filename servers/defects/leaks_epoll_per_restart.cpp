// Each life of the server makes an epoll instance that its end does not close (php-fpm leaked
// one a reload).
// Stimulus: in-process restarts, no load needed.

#include "servers/reference/build.hpp"

#include <sys/epoll.h>

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    void at_server_start() const override {
        [[maybe_unused]] const int forgotten = ::epoll_create1(EPOLL_CLOEXEC);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_leaks_epoll_per_restart",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "leaks_epoll_per_restart",
                       .origin = "php/php-src#627",
                       .suite = "shutdown_cycles",
                       .scenario = "moments/at=at_rest,load=keep_alive",
                       .expects = "descriptor_leak",
                       .lifecycle = "in_process",
                       .cycles = 20}};
}

}  // namespace reference
