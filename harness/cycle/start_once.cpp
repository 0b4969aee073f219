#include "harness/cycle/start_once.hpp"

#include <exception>
#include <optional>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// A tree that survives SIGKILL that long sleeps in the kernel.
constexpr duration trial_end_limit = std::chrono::seconds(10);

}  // namespace

asio::awaitable<restart_record> start_once(server_session& trial, cycle_clock cycle) {
    restart_record seen;
    std::exception_ptr failure;
    try {
        co_await trial.start(cycle, seen.start);
        if (trial.process() != nullptr && !trial.running()) {
            const std::optional<exit_report> report = co_await trial.exited(clock::now());
            seen.exit = report ? std::optional(report->status) : std::nullopt;
        }
    } catch (...) {
        failure = std::current_exception();
    }
    co_await trial.end(clock::now() + trial_end_limit);  // whatever happened: it has tasks
    if (failure) {
        std::rethrow_exception(failure);
    }
    co_return seen;
}

}  // namespace stormdrain
