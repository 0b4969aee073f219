// Stops the server with SIGSTOP and lets it go on: a debugger, a virtual machine that is moved, a
// laptop's lid. What clients do meanwhile waits for it all at once. With `every` again and again:
// a server that gets only a share of the CPU.

#include "faults/process_fault.hpp"
#include "harness/config/object_reader.hpp"

namespace stormdrain::faults {

namespace {

struct pause_options {
    whom struck = whom::tree;
    duration length{};
    duration every{};   // zero: once
    duration during{};  // with `every`: all in all
};

class pause_server_fault : public process_fault {
public:
    explicit pause_server_fault(pause_options options)
        : process_fault({"pause_server", strike_point::serving, {}}), options_(options) {}

protected:
    boost::asio::awaitable<void> strike(process_attempt& here) const override {
        const struck_processes which(here.process(), options_.struck);
        paused_processes paused(which);
        const std::string why_not = co_await paused.stop_all(here);
        if (!why_not.empty()) {
            here.not_delivered(why_not);
            co_return;
        }
        here.delivered(which.names() + " stopped (state T)");
        const time_point until = clock::now() + options_.during;
        co_await here.stand(options_.length);
        paused.go_on();
        gate& released = here.context().released;
        while (options_.every > options_.length && clock::now() < until && !released.is_open()) {
            co_await here.stand(options_.every - options_.length);
            if (paused.stop()) {
                break;  // it has ended
            }
            co_await here.stand(options_.length);
            paused.go_on();
        }
    }

private:
    pause_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    using namespace std::chrono_literals;
    pause_options options;
    options.struck = read_whom(keys);
    options.length = keys.length_of_time("for", 1ms, 1h, 200ms);
    options.every = keys.length_of_time("every", 0ms, 1h, 0ms);
    options.during = keys.length_of_time("during", 0ms, 1h, 1s);
    if (options.every > duration::zero() && options.every <= options.length) {
        keys.complain("every", "expected more than \"for\": the server could never go on");
    }
    return std::make_unique<pause_server_fault>(options);
}

}  // namespace

extern const fault_kind pause_server{
    "pause_server", "A server that is stopped for a while by SIGSTOP, and goes on.", read};

}  // namespace stormdrain::faults
