// A stop that finds an HTTP/2 connection amid its preface is put down for later, and that is as
// late as the client likes. Stimulus: a client that sends the preface and no SETTINGS.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool limits_http2_preface() const override { return false; }
    bool enforces_drain_deadline() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_http2_waits_for_preface",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "http2_waits_for_preface",
                       .origin = "hyperium/hyper#4171",
                       .suite = "http2",
                       .scenario = "held/faults=no_settings",
                       .expects = "shutdown_deadline",
                       .lifecycle = "process"}};
}

}  // namespace reference
