#include "harness/init/stop_trial.hpp"

#include "harness/base/pause.hpp"
#include "harness/cycle/server_session.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// A tree that survives SIGKILL that long sleeps in the kernel.
constexpr duration end_limit = std::chrono::seconds(10);
// Workers may need a moment behind their master.
constexpr duration survivors_limit = std::chrono::seconds(2);
constexpr duration look_interval = std::chrono::milliseconds(20);

asio::awaitable<void> stop(server_session& session, stop_trial& seen, duration limit) {
    session.take_census({});  // what only a live process shows of what it may leave
    session.look_at_memory();
    const time_point asked_at = clock::now();
    const boost::system::error_code error = session.process()->send_signal(seen.signal);
    if (error) {
        seen.failure = "cannot send it: " + error.message();
        co_return;
    }
    const std::optional<exit_report> report = co_await session.exited(asked_at + limit);
    if (!report) {
        co_return;
    }
    seen.exit = report->status;
    seen.took = std::max(report->at - asked_at, duration{});
    const time_point deadline = clock::now() + survivors_limit;
    while (!session.process()->tree().empty() && clock::now() < deadline) {
        co_await pause(look_interval);
    }
    seen.survivors_count = session.process()->tree().size();
}

}  // namespace

asio::awaitable<stop_trial> try_stop(run_environment& run, const target& server, std::string folder,
                                     int signal, duration limit) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    stop_trial seen;
    seen.signal = signal;
    const std::unique_ptr<tls_client> tls = make_tls_client(server, run);
    server_session::options chosen{run, server, tls.get(), std::move(folder)};
    server_session session(executor, std::move(chosen));
    std::exception_ptr failure;
    try {
        start_record started;
        const bool serves = co_await session.start(cycle_clock(), started);
        if (serves) {
            co_await stop(session, seen, limit);
        } else {
            seen.failure = started.failure;
        }
    } catch (...) {
        failure = std::current_exception();
    }
    co_await session.end(clock::now() + end_limit);  // whatever happened: it has tasks
    if (failure) {
        std::rethrow_exception(failure);
    }
    seen.left = session.residue({});
    co_return seen;
}

std::string to_text(const stop_trial& seen) {
    std::string text = signal_name(seen.signal) + ": ";
    if (!seen.failure.empty()) {
        return text + "not tried: " + seen.failure;
    }
    if (!seen.ended()) {
        return text + "it goes on; killed";
    }
    text += to_text(*seen.exit) + " after " + to_text(seen.took);
    if (seen.survivors_count > 0) {
        text += ", and " + std::to_string(seen.survivors_count) +
                (seen.survivors_count == 1 ? " process of it goes on" : " processes of it go on");
    }
    return text;
}

const stop_trial* first_that_ends(std::span<const stop_trial> trials) {
    const auto found = std::ranges::find_if(trials, &stop_trial::ended);
    return found == trials.end() ? nullptr : &*found;
}

}  // namespace stormdrain
