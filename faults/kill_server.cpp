// Kills the server with SIGKILL, as the kernel does when memory is short: what it leaves behind
// must not keep it from starting again.

#include "faults/process_fault.hpp"
#include "harness/config/object_reader.hpp"

#include <signal.h>

namespace stormdrain::faults {

namespace {

class kill_server_fault : public process_fault {
public:
    explicit kill_server_fault(whom struck)
        : process_fault({"kill_server", strike_point::serving, {}}), struck_(struck) {}

    bool disturbs_requests() const override { return true; }
    bool ends_the_server() const override { return true; }

protected:
    boost::asio::awaitable<void> strike(process_attempt& here) const override {
        const struck_processes which(here.process(), struck_);
        const time_point sent = clock::now();
        here.begins();
        const boost::system::error_code refused = which.send(SIGKILL);
        if (refused) {
            here.not_delivered("SIGKILL could not be sent: " + refused.message());
            co_return;
        }
        const std::optional<exit_report> ended = co_await here.process().exited(here.deadline());
        if (!ended) {
            here.not_delivered(which.names() + " did not end");
        } else if (!ended->status.signalled() || ended->status.signal() != SIGKILL) {
            here.not_delivered("it had ended by itself: " + to_text(ended->status));
        } else {
            here.delivered(which.names() + " " + to_text(ended->status) + ", gone " +
                           to_text(ended->at - sent) + " after");
        }
    }

private:
    whom struck_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    return std::make_unique<kill_server_fault>(read_whom(keys));
}

}  // namespace

extern const fault_kind kill_server{
    "kill_server", "A server that is killed by SIGKILL and cannot clean up.", read};

}  // namespace stormdrain::faults
