// The server forks a child that inherits the listening sockets and outlives it: the port stays
// taken. The child ends by itself after a while, so that a harness that misses it is not littered.
// Stimulus: any stop; what is left is seen afterwards.

#include "servers/reference/build.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>

namespace reference {
namespace {

constexpr unsigned outlives_server_s = 30;

[[noreturn]] void be_child() {
    // The server's handlers write to a pipe that parent and child share.
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        std::signal(number, SIG_DFL);
    }
    sigset_t parent_death;
    sigemptyset(&parent_death);
    sigaddset(&parent_death, SIGUSR1);
    sigprocmask(SIG_BLOCK, &parent_death, nullptr);
    ::prctl(PR_SET_PDEATHSIG, SIGUSR1);
    int number = 0;
    // A parent that died before prctl() leaves this wait to the alarm as well.
    ::alarm(3600);
    sigwait(&parent_death, &number);
    ::alarm(outlives_server_s);
    for (;;) {
        ::pause();
    }
}

class conduct final : public behaviour {
public:
    void at_server_start() const override {
        if (::fork() == 0) {
            be_child();
        }
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_leaves_child",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "leaves_child",
                       .origin = "cesanta/mongoose#1302",
                       .suite = "shutdown_cycles",
                       .scenario = "moments/at=at_rest,load=keep_alive",
                       .expects = "orphan_process",
                       .also = {"port_held"},
                       .lifecycle = "process"}};
}

}  // namespace reference
