// Makes the server's accept(2) fail with an errno of choice: what the kernel reports on a client
// that left the queue, a machine short of memory, or a full table of files.

#include "faults/process_fault.hpp"
#include "harness/config/object_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

namespace stormdrain::faults {

namespace {

// The server needs a connection to call accept(2) for; one that tries less often needs several.
constexpr duration next_connection_after = std::chrono::milliseconds(20);
// So that a server that has stopped accepting does not fill its queue with us.
constexpr std::size_t connections_max = 64;

// Of accept(2), and those that its descriptor's protocol may pass on.
constexpr std::array<std::pair<std::string_view, int>, 14> errors{{{"EMFILE", EMFILE},
                                                                   {"ENFILE", ENFILE},
                                                                   {"ECONNABORTED", ECONNABORTED},
                                                                   {"ENOBUFS", ENOBUFS},
                                                                   {"ENOMEM", ENOMEM},
                                                                   {"EINTR", EINTR},
                                                                   {"EPERM", EPERM},
                                                                   {"EPROTO", EPROTO},
                                                                   {"EAGAIN", EAGAIN},
                                                                   {"EINVAL", EINVAL},
                                                                   {"ENETDOWN", ENETDOWN},
                                                                   {"ENETUNREACH", ENETUNREACH},
                                                                   {"EHOSTUNREACH", EHOSTUNREACH},
                                                                   {"ETIMEDOUT", ETIMEDOUT}}};

struct error_options {
    std::pair<std::string_view, int> error = errors.front();
    std::uint32_t skip_count = 0;
    std::uint32_t calls_count = 0;
    std::string route;
};

// Lets all calls succeed again whatever happens.
class failing_accepts {
public:
    explicit failing_accepts(server_process& server) : server_(server) {}
    failing_accepts(const failing_accepts&) = delete;
    failing_accepts& operator=(const failing_accepts&) = delete;
    ~failing_accepts() { end(); }

    boost::system::error_code begin(const accept_failure& how) { return server_.fail_accepts(how); }
    // Refused only where it was refused before, or the server has ended.
    void end() {
        accept_failure none;
        none.times = 0;
        server_.fail_accepts(none);
    }

private:
    server_process& server_;
};

class syscall_error_fault : public process_fault {
public:
    explicit syscall_error_fault(error_options options)
        : process_fault({"syscall_error", strike_point::serving, {options.route}}),
          options_(std::move(options)) {}

    bool disturbs_requests() const override { return true; }
    bool needs_accept_trap() const override { return true; }

    bool needs_tcp() const override { return true; }

protected:
    boost::asio::awaitable<void> strike(process_attempt& here) const override {
        failing_accepts failing(here.process());
        const std::uint32_t failed_before = here.process().failed_accepts_count();
        accept_failure how;
        how.skip = options_.skip_count;
        how.times = options_.calls_count;
        how.error = options_.error.second;
        const boost::system::error_code refused = failing.begin(how);
        if (refused) {
            here.unavailable("accept(2) cannot be made to fail: " + refused.message());
            co_return;
        }
        const std::string why_ended = co_await make_it_accept(here, failed_before);
        const std::uint32_t failed = here.process().failed_accepts_count() - failed_before;
        if (failed == 0) {
            here.not_delivered("no call of accept(2) failed: " + why_ended);
            co_return;
        }
        here.delivered(std::to_string(failed) + " of " + std::to_string(options_.calls_count) +
                       " calls of accept(2) failed with " + std::string(options_.error.first) +
                       why_ended);
        failing.end();
        here.close_connections();
        co_await here.demand_service(route_name());
    }

private:
    // Opens connections until as many calls failed as are to fail. Says why not, if not.
    boost::asio::awaitable<std::string> make_it_accept(process_attempt& here,
                                                       std::uint32_t failed_before) const {
        const time_point deadline = here.deadline();
        while (here.process().failed_accepts_count() - failed_before < options_.calls_count) {
            if (clock::now() >= deadline) {
                co_return "; then it called no more";
            }
            if (here.connections_count() < connections_max + options_.skip_count) {
                const boost::system::error_code error = co_await here.open_connection();
                if (error) {
                    co_return "; then no connection: " + error.message();
                }
            }
            co_await here.pause(next_connection_after);
        }
        co_return "";
    }

    error_options options_;
};

std::unique_ptr<const fault> read(object_reader& keys) {
    error_options options;
    const int number = keys.choice<int>("error", errors, EMFILE);
    options.error = *std::ranges::find(errors, number, &std::pair<std::string_view, int>::second);
    options.skip_count = static_cast<std::uint32_t>(keys.integer("skip", 0, 10'000, 0));
    options.calls_count = static_cast<std::uint32_t>(keys.integer("calls", 1, 10'000, 3));
    options.route = keys.text("route", "small");
    return std::make_unique<syscall_error_fault>(std::move(options));
}

}  // namespace

extern const fault_kind syscall_error{
    "syscall_error", "A server whose accept(2) fails with an error of choice.", read,
    "seccomp_unotify(2) in the server's launch, without root; launch/exit_watch must allow it"};

}  // namespace stormdrain::faults
