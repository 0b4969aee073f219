// Nobody reads the server's log any more: a collector that hangs, a terminal that was suspended by
// ctrl-S, a full disk behind a pipe. Its next line blocks whoever writes it.

#include "faults/log_sink.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

std::unique_ptr<const fault> read(object_reader& keys) {
    log_sink_fault::options options;
    options.kind = "stalled_log_sink";
    options.length = read_length(keys);
    return std::make_unique<log_sink_fault>(options);
}

}  // namespace

extern const fault_kind stalled_log_sink{
    "stalled_log_sink", "A server whose log is not read any more, so that its next line blocks.",
    read, "a scenario whose log_sink is \"pipe\""};

}  // namespace stormdrain::faults
