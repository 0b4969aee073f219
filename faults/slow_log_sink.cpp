// The server's log is read, but slowly: every line that it writes takes its time. A race that is
// lost once in a hundred cycles is lost in most of them then, for threads wait where they never
// waited.

#include "faults/log_sink.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    log_sink_fault::options options;
    options.kind = "slow_log_sink";
    options.pace.bytes = keys.size_bytes("chunk", 1, 1024 * 1024, 512);
    options.pace.every = keys.length_of_time("every", 1ms, 1h, 10ms);
    options.length = read_length(keys);
    return std::make_unique<log_sink_fault>(options);
}

}  // namespace

extern const fault_kind slow_log_sink{"slow_log_sink",
                                      "A server whose log is read a few bytes at a time.", read,
                                      "a scenario whose log_sink is \"pipe\""};

}  // namespace stormdrain::faults
