// Of what a wakeup brings, the first TLS record is read and the rest waits for another wakeup: the
// library has taken it from the socket already, so none comes until the client sends more. The
// request lies there unread. Stimulus: a request in many small records that arrive together.

#include "servers/reference/build.hpp"

namespace reference {
namespace {

class conduct final : public behaviour {
public:
    record_reading reads_records() const override { return record_reading::first_alone; }
};

}  // namespace

server_build this_build() {
    return {.program = "server_reads_one_record",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "reads_one_record",
                       .origin = "inspircd/inspircd#1848",
                       .suite = "slow_clients",
                       .scenario = "small_records/faults=records_together",
                       .expects = "protocol_violation",
                       .says = "a whole answer of status 408",
                       .lifecycle = "process"}};
}

}  // namespace reference
