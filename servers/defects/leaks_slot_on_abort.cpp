// Only so many connections at a time, and one that its client resets never gives back its place:
// after as many aborts nobody is served any more, without a single connection. FastFlowLM was dead
// after ten.
// Stimulus: clients that reset while their request is handled, more than there are places.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    std::size_t connections_max(std::size_t /*wanted*/) const override { return 16; }
    bool frees_place_of_reset() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_leaks_slot_on_abort",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "leaks_slot_on_abort",
                       .origin = "ROCm/FastFlowLM#680",
                       .suite = "uploads",
                       .scenario = "aborted/faults=in_handler",
                       .expects = "request_failed",
                       .says = "lost",
                       .lifecycle = "process"}};
}

}  // namespace reference
