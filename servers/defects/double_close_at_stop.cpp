// The stop closes the listener under the thread that waits to accept from it. That one notices with
// the next client, and closes it as well: by then the number is the next listener's.
// Stimulus: in-process restarts, and a client after one.

#include "servers/reference/build.hpp"

#include <unistd.h>

#include <utility>
#include <vector>

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    void close_listener(reference::stream_acceptor& acceptor) const override {
        closed_.push_back(acceptor.native_handle());
        behaviour::close_listener(acceptor);
    }

    // The thread wakes up.
    int accepts_per_turn() const override {
        for (const int number : std::exchange(closed_, {})) {
            ::close(number);
        }
        return behaviour::accepts_per_turn();
    }

private:
    mutable std::vector<int> closed_;
};

}  // namespace

server_build this_build() {
    return {.program = "server_double_close_at_stop",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "double_close_at_stop",
                       .origin = "etr/libhttpserver#75",
                       .suite = "shutdown_cycles",
                       .scenario = "moments/at=at_rest,load=keep_alive",
                       .expects = "request_failed",
                       .also = {"connection_severed"},
                       .lifecycle = "in_process"}};
}

}  // namespace reference
