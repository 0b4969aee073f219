#include "harness/cycle/stop_phase.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/base/pause.hpp"
#include "harness/cycle/dossier.hpp"
#include "harness/cycle/evidence.hpp"
#include "harness/cycle/stop_request.hpp"
#include "harness/process/exits/leak_sanitizer.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <iterator>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// SIGKILL works at once unless the process sleeps uninterruptibly.
constexpr duration kill_limit = std::chrono::seconds(5);
// Resets take microseconds each, unless the machine starves us.
constexpr duration strike_limit = std::chrono::milliseconds(100);
// SIGABRT writes the core first; a handler of the server's own may also swallow it.
constexpr duration abort_limit = std::chrono::seconds(10);
constexpr duration listener_poll_interval = std::chrono::milliseconds(1);
// Where no exit filter is: how often the descriptors are read until the process is gone.
constexpr duration sample_interval = std::chrono::milliseconds(10);
// The keeper answers within milliseconds, unless the machine starves it.
constexpr duration keeper_limit = std::chrono::seconds(1);
// A dossier of 64 threads takes a tenth of it; a thread that cannot be attached to takes it all.
constexpr duration dossier_limit = std::chrono::seconds(7);
// How often a server that was kept from ending gets the promised time again.
constexpr std::uint32_t extensions_max = 2;

bool have_common(const std::vector<std::uint64_t>& left, const std::vector<std::uint64_t>& right) {
    return std::ranges::find_first_of(left, right) != left.end();
}

bool may_die_by_signal(const contract& promises) {
    return std::ranges::any_of(promises.exit_status, [](const legal_exit& one) {
        return one.how == legal_exit::kind::signal;
    });
}

// When a fault sends the stop signal once more.
std::optional<duration> second_signal_after(const scenario& what) {
    std::optional<duration> after;
    for (const fault_use& use : what.faults) {
        const std::optional<duration> again = use.what->stops_again_after();
        after = again ? std::max(again, after) : after;
    }
    return after;
}

}  // namespace

void stop_phase::decide_deadline() {
    const scenario& what = parts_.planned.what();
    contract promises = parts_.mode().promises;
    if (what.exit_within) {
        promises.exit_within = std::min(promises.exit_within, *what.exit_within);
    }
    record_.mode = what.stop.mode;
    record_.moment = to_text(what.stop.at);
    record_.trigger = to_text(parts_.mode().trigger);
    if (parts_.clients() != nullptr) {
        record_.held = parts_.clients()->held();
    }
    std::optional<duration> second = second_signal_after(what);
    if (!second && promises.second_signal == second_signal_promise::required) {
        second = ask_again_after_ = release_after;
    }
    if (!record_.held.empty()) {
        std::ranges::copy(conditions_of(what.links), std::back_inserter(record_.held));
    }
    limit_ = deadline_for(promises, record_.held, second);
    limit_.after_stop += allowance_of(what.links);
    record_.promised = limit_.promised;
    record_.worst = limit_.worst;
}

asio::awaitable<void> stop_phase::prepare_ahead() {
    co_await prepare();
    record_.held_before_trigger = connections_now();
}

asio::awaitable<void> stop_phase::prepare() {
    co_await prepare_witness();
    before_ = parts_.session.owned_listeners();
    parts_.session.look_at_memory();
    is_prepared_ = true;
}

asio::awaitable<void> stop_phase::run() {
    decide_deadline();
    const bool is_urgent = is_prepared_;
    if (!is_prepared_) {
        co_await prepare();
    }
    if (!is_urgent) {
        record_.held_at_trigger = connections_now();
    }
    const time_point triggered = clock::now();
    record_.triggered = parts_.clock.at(triggered);
    parts_.session.process()->watch_tree();
    record_.deadline = parts_.clock.at(triggered + limit_.after_stop);
    if (parts_.clients() != nullptr) {
        parts_.clients()->stop_triggered();
        co_await parts_.clients()->strike_ahead_of_signal(triggered + strike_limit);
    }
    parts_.note("stop: " + record_.trigger);
    co_await trigger_and_wait();
    if (!record_.listener_gone && !have_common(before_, parts_.session.listeners())) {
        listener_went();  // between two looks
    }
    // An in_process server that ends instead of restarting is gone without having finished.
    const bool ended = is_over();
    if (!ended) {
        std::string why = "deadline passed";
        if (!refused_because_.empty()) {
            why = "the stop could not be asked for";
        }
        co_await force_exit(std::move(why));
    }
    put_down_samples();
    parts_.note(ended ? "stopped" : "stopped by force");
    co_await parts_.finish_clients(clients_end_limit);
}

// Deaths by signal are seen by ptrace alone. It is used where the contract allows such a death:
// a traced process is a little slower, and its own sanitizer or debugger cannot trace it.
asio::awaitable<void> stop_phase::prepare_witness() {
    const exit_watch_choice choice = parts_.planned.server->exit_watch;
    exit_record& watched = parts_.record.at_exit;
    server_process& process = *parts_.session.process();
    const bool expects_signal =
        choice == exit_watch_choice::automatic && may_die_by_signal(parts_.mode().promises);
    if (!parts_.in_process() && (choice == exit_watch_choice::ptrace || expects_signal)) {
        if (has_leak_sanitizer(process.pid())) {
            watched.weaker_because = "ptrace: LeakSanitizer fails in a traced process";
        } else {
            const boost::system::error_code refused =
                co_await process.trace(clock::now() + keeper_limit);
            is_traced_ = !refused;
            watched.weaker_because = is_traced_ ? "" : "ptrace: " + refused.message();
        }
    }
    if (choice == exit_watch_choice::off) {
        watched.weaker_because = "switched off in the target's file";
        co_return;
    }
    if (process.watch().by_seccomp) {
        watched.witness = exit_witness::seccomp;
    } else if (!is_traced_) {
        watched.witness = exit_witness::sampled;
        watched.weaker_because = process.watch().seccomp_missing;
    }
    if (is_traced_) {
        watched.witness = exit_witness::ptrace;
    }
}

asio::awaitable<void> stop_phase::trigger_and_wait() {
    const time_point deadline = parts_.clock.start() + record_.deadline;
    const time_point last_deadline = deadline + extensions_max * limit_.after_stop;
    gate refused(parts_.executor);  // the server did not take the request to stop
    task_group asking(parts_.executor);
    asking.spawn(ask_to_stop(refused, deadline));
    task_group watchers(parts_.executor);
    watchers.spawn(watch_listener(last_deadline));
    if (parts_.record.at_exit.witness == exit_witness::sampled) {
        watchers.spawn(sample(last_deadline));
    }
    if (limit_.release_first) {
        watchers.spawn(let_go_after(limit_.release_after));
    }
    if (ask_again_after_) {
        watchers.spawn(ask_again_after(*ask_again_after_, deadline));
    }
    std::exception_ptr failure;
    try {
        bool goes_on = true;
        while (goes_on) {
            const time_point until = parts_.clock.start() + record_.deadline;
            co_await first_of(wait_until_finished(until), until_open(refused, until));
            goes_on = false;
            if (!is_over() && !refused.is_open()) {
                goes_on = co_await explain_hang();
                co_await wait_until_finished(clock::now());
            }
        }
    } catch (...) {
        failure = std::current_exception();
    }
    watchers.cancel();
    co_await watchers.join();
    co_await asking.join();  // not cancelled: a stop command ends by its own deadline
    if (failure) {
        std::rethrow_exception(failure);
    }
}

bool stop_phase::is_over() const {
    return record_.finished || !parts_.session.running();
}

asio::awaitable<void> stop_phase::ask_to_stop(gate& refused, time_point deadline) {
    const std::string failure =
        co_await request_stop(parts_.session, parts_.mode().trigger, deadline);
    // A command may wait for the very stop that it asks for: one that is still at it when the time
    // is up, or that fails because the server is gone, did reach it.
    if (!failure.empty() && parts_.session.running() && clock::now() < deadline) {
        record_.trigger_failure = refused_because_ = failure;
        refused.open();
    }
}

// A server that only drains until it is told again, in a scenario without a fault that does.
asio::awaitable<void> stop_phase::ask_again_after(duration wait, time_point deadline) {
    co_await pause(wait);
    record_.asked_again = parts_.clock.now();
    parts_.note("stop, once more: " + record_.trigger);
    const std::string failure =
        co_await request_stop(parts_.session, parts_.mode().trigger, deadline);
    if (!failure.empty()) {
        parts_.note("once more: " + failure);  // it ended just now, or the deadline will tell
    }
}

asio::awaitable<void> stop_phase::let_go_after(duration wait) {
    co_await pause(wait);
    record_.released = parts_.clock.now();
    parts_.note("held connections released");
    if (parts_.clients() != nullptr) {
        parts_.clients()->release();
    }
}

void stop_phase::listener_went() {
    record_.listener_gone = parts_.clock.now();
    record_.held_at_listener_gone = connections_now();
}

asio::awaitable<void> stop_phase::watch_listener(time_point deadline) {
    while (clock::now() < deadline) {
        if (!have_common(before_, parts_.session.listeners())) {
            listener_went();
            co_return;
        }
        co_await pause(listener_poll_interval);
    }
}

asio::awaitable<void> stop_phase::sample(time_point deadline) {
    while (parts_.session.running() && clock::now() < deadline) {
        census taken = parts_.session.take_census(parts_.clock.now());
        if (!taken.processes.empty()) {
            last_sample_ = std::move(taken);
        }
        co_await pause(sample_interval);
    }
}

void stop_phase::put_down_samples() {
    if (!last_sample_) {
        return;
    }
    for (process_facts& process : last_sample_->processes) {
        exit_census taken;
        taken.at = last_sample_->taken_at;
        taken.seen_by = exit_witness::sampled;
        taken.held = std::move(process);
        parts_.record.at_exit.ends.push_back(std::move(taken));
    }
}

asio::awaitable<void> stop_phase::wait_until_finished(time_point deadline) {
    if (!parts_.in_process()) {
        const std::optional<exit_report> report = co_await parts_.session.exited(deadline);
        if (report) {
            record_.finished = parts_.clock.at(report->at);
        }
        co_return;
    }
    while (parts_.session.running() && clock::now() < deadline) {
        // A restart shows in new sockets: the old ones may be gone for less than a look.
        if (!have_common(before_, parts_.session.listeners()) &&
            !parts_.session.owned_listeners().empty()) {
            record_.finished = parts_.clock.now();
            co_return;
        }
        co_await pause(listener_poll_interval);
    }
}

connections_held_at stop_phase::connections_now() {
    const connection_log& log = parts_.known_connections();
    const auto few = ends_at_server(log, parts_.session.sockets());
    return make_held_at(parts_.clock.now(), few ? *few : parts_.session.client_sockets(), log);
}

asio::awaitable<bool> stop_phase::explain_hang() {
    if (parts_.session.drain_output()) {
        // Its log was held back on purpose: from here on it is owed the whole time again.
        ++record_.extensions_count;
        record_.deadline = parts_.clock.now() + limit_.after_stop;
        parts_.note("the server's output flows again");
        co_return true;
    }
    // Only one may trace a process, and the stacks need it, too.
    co_await parts_.session.process()->stop_tracing(clock::now() + keeper_limit);
    record_.at_deadline = parts_.session.take_census(parts_.clock.now());
    record_.behind =
        connections_behind(connections_held(*record_.at_deadline, nullptr, parts_.session.ports()),
                           parts_.known_connections());
    record_.hang = co_await examine_hang(parts_, clock::now() + dossier_limit);
    parts_.note("hang: " + record_.hang->why);
    const hang_cause cause = record_.hang->cause;
    const bool was_kept_from_it =
        cause == hang_cause::starved || cause == hang_cause::blocked_on_output;
    if (!was_kept_from_it || record_.extensions_count >= extensions_max) {
        co_return false;
    }
    ++record_.extensions_count;
    record_.deadline = parts_.clock.now() + limit_.after_stop;
    if (is_traced_) {
        co_await parts_.session.process()->trace(clock::now() + keeper_limit);
    }
    co_return true;
}

asio::awaitable<void> stop_phase::force_exit(std::string why) {
    server_process& process = *parts_.session.process();
    int number = SIGKILL;
    if (parts_.planned.server->hang_core) {
        number = SIGABRT;
    }
    record_.escalations.push_back({signal_name(number), parts_.clock.now()});
    parts_.note(signal_name(number) + ": " + why);
    const boost::system::error_code error = process.send_signal(number);
    if (error) {
        parts_.note(signal_name(number) + " failed: " + error.message());  // it ended just now
    }
    if (number == SIGABRT) {
        const std::optional<exit_report> aborted =
            co_await parts_.session.exited(clock::now() + abort_limit);
        if (aborted) {
            co_return;
        }
        record_.escalations.push_back({"SIGKILL", parts_.clock.now()});
        process.send_signal(SIGKILL);  // an error means that it ended
    }
    co_await parts_.session.exited(clock::now() + kill_limit);
}

asio::awaitable<void> stop_phase::quit() {
    if (!parts_.session.running()) {
        co_return;
    }
    co_await parts_.finish_clients(clients_end_limit);
    const int number = parts_.planned.server->quit_signal;
    const duration promised = parts_.mode().promises.exit_within;
    parts_.note("quit: " + signal_name(number));
    parts_.session.process()->watch_tree();
    record_.quit_asked = parts_.clock.now();
    const boost::system::error_code error = parts_.session.process()->send_signal(number);
    const std::optional<exit_report> report =
        co_await parts_.session.exited(clock::now() + promised + slack_for(promised));
    if (!report) {
        // Named first: g++ 12 frees the temporaries of `? :` twice beside co_await.
        std::string why = "did not end within " + to_text(promised) + " of " + signal_name(number);
        if (error) {
            why = "cannot send " + signal_name(number) + ": " + error.message();
        } else {
            co_await explain_hang();
        }
        co_await force_exit(std::move(why));
    }
}

}  // namespace stormdrain
