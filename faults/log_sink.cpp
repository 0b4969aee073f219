#include "faults/log_sink.hpp"

#include "harness/config/object_reader.hpp"

namespace stormdrain {

namespace {

// Lets the output flow again whatever happens.
class narrowed_output {
public:
    explicit narrowed_output(output_capture& output) : output_(output) {}
    narrowed_output(const narrowed_output&) = delete;
    narrowed_output& operator=(const narrowed_output&) = delete;
    ~narrowed_output() { output_.resume(); }

private:
    output_capture& output_;
};

}  // namespace

boost::asio::awaitable<void> log_sink_fault::strike(process_attempt& here) const {
    output_capture* const output = here.context().output;
    if (output == nullptr) {
        here.not_delivered("nobody captures the server's output");
        co_return;
    }
    const boost::system::error_code refused = output->slow_down(options_.pace);
    if (refused) {
        here.unavailable("the pipe of its output could not be filled: " + refused.message());
        co_return;
    }
    const narrowed_output narrowed(*output);
    here.delivered("the pipe of its output has no room behind " +
                   std::to_string(output->waiting_bytes()) + " bytes, " +
                   (options_.pace.bytes == 0
                        ? "and nobody reads it"
                        : std::to_string(options_.pace.bytes) + " are read every " +
                              to_text(options_.pace.every)));
    co_await here.stand(options_.length.value_or(duration::max() / 2));
}

std::optional<duration> read_length(object_reader& keys) {
    using namespace std::chrono_literals;
    if (!keys.has("for")) {
        return std::nullopt;
    }
    return keys.length_of_time("for", 1ms, 1h);
}

}  // namespace stormdrain
