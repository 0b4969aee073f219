// A connection is closed right behind its last answer, over what the client still sends: the close
// becomes a reset, and the end of the answer is lost. Gunicorn did so with requests whose body the
// application had not read.
// Stimulus: an answer that comes before the body is whole, to a client that reads it later.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    bool drains_before_close() const override { return false; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_resets_unread_upload",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "resets_unread_upload",
                       .origin = "benoitc/gunicorn#3590",
                       .suite = "uploads",
                       .scenario = "early_answer/faults=unread",
                       .expects = "protocol_violation",
                       .says = "RFC 9112 section 9.6",
                       .lifecycle = "process"}};
}

}  // namespace reference
