// Sends the stop signal again while the server stops: a supervisor that is impatient, or somebody
// who presses ctrl-C twice.

#include "faults/process_fault.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/process/census/process_tree.hpp"

namespace stormdrain::faults {

namespace {

struct second_signal_options {
    int number = 0;  // 0: the one that asked for the stop
    duration after{};
};

class second_signal_fault : public process_fault {
public:
    explicit second_signal_fault(second_signal_options options)
        : process_fault({"second_signal", strike_point::after_stop, {}}), options_(options) {}

    // It may mean "at once", as it does for many servers.
    bool disturbs_requests() const override { return true; }
    // Another signal than that of the stop may mean anything.
    std::optional<duration> stops_again_after() const override {
        return options_.number == 0 ? std::optional(options_.after) : std::nullopt;
    }

protected:
    boost::asio::awaitable<void> strike(process_attempt& here) const override {
        const int number = options_.number != 0 ? options_.number : here.context().stop.number;
        if (number == 0) {
            here.not_delivered("the stop was not asked for by a signal, and no other is named");
            co_return;
        }
        co_await here.pause(options_.after);
        const std::optional<process_stat> before = read_stat(here.process().pid());
        if (!before || before->state == 'Z') {
            here.unavailable("the server had ended already");
            co_return;
        }
        const boost::system::error_code refused = here.process().send_signal(number);
        if (refused) {
            here.not_delivered(signal_name(number) + " could not be sent: " + refused.message());
            co_return;
        }
        here.delivered(signal_name(number) + " to a process in state " +
                       std::string(1, before->state));
    }

private:
    second_signal_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    second_signal_options options;
    const std::string name = keys.text("signal", "");
    options.number = signal_number(name);
    if (keys.has("signal") && options.number == 0) {
        keys.complain("signal", "expected a signal such as \"SIGTERM\", got \"" + name + "\"");
    }
    options.after = keys.length_of_time("after", 0ms, 10s, 100ms);
    return std::make_unique<second_signal_fault>(options);
}

}  // namespace

extern const fault_kind second_signal{
    "second_signal", "A server that is told to stop a second time while it stops.", read};

}  // namespace stormdrain::faults
