// One life of the server in seven makes an epoll instance that its end does not close: the leak of
// leaks_epoll_per_restart where only a rare way through the start or the stop has it. The rate is
// nobody's: it is what a rule that waits for growth in most restarts does not see.
// Stimulus: in-process restarts, no load needed.

#include "servers/reference/build.hpp"

#include <sys/epoll.h>

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    void at_server_start() const override {
        constexpr int lives_to_a_leak = 7;
        if (++lives_ % lives_to_a_leak == 0) {
            [[maybe_unused]] const int forgotten = ::epoll_create1(EPOLL_CLOEXEC);
        }
    }

private:
    mutable int lives_ = 0;  // one at a time, and all in one thread
};

}  // namespace

server_build this_build() {
    return {.program = "server_leaks_rarely_per_restart",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "leaks_rarely_per_restart",
                       .origin = "php/php-src#627",
                       .suite = "shutdown_cycles",
                       .scenario = "moments/at=at_rest,load=keep_alive",
                       .expects = "descriptor_leak",
                       .lifecycle = "in_process",
                       .cycles = 60}};
}

}  // namespace reference
