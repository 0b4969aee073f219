// The keep-alive timeout is taken for milliseconds where it is said in seconds (in lalinsky/dusty
// it was a client that did so to its pool): an idle connection is closed a thousand times too
// early. Clients of the same machine send their next request sooner than that and never notice; far
// ones find each connection closed behind its first answer, which said nothing of it. Stimulus:
// clients that reuse their connections at once, behind round trips of 20 to 80 ms.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    std::chrono::milliseconds idle_limit(std::chrono::milliseconds configured) const override {
        return configured / 1000;
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_closes_idle_early",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "closes_idle_early",
                       .origin = "lalinsky/dusty#165",
                       .suite = "remote_network",
                       .scenario = "reuse/load=strict",
                       .expects = "unannounced_close",
                       .lifecycle = "process"}};
}

}  // namespace reference
