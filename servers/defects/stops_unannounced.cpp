// Answers behind the stop do not say `Connection: close`: clients send their next request on a
// connection that is about to go, and lose it.
// Stimulus: a request in its handler at the stop.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool closes_what_becomes_idle() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_stops_unannounced",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "stops_unannounced",
                       .origin = "http4s/http4s#7956",
                       .suite = "stop_promises",
                       .scenario = "answers_behind_stop",
                       .expects = "unannounced_close",
                       .says = "in answers behind the stop",
                       .lifecycle = "process"}};
}

}  // namespace reference
