#include "harness/cycle/cycle.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/base/pause.hpp"
#include "harness/cycle/evidence.hpp"
#include "harness/cycle/stop_request.hpp"
#include "harness/process/census_reader.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// A load that is not done by then is stopped and judged as it is: every request has its own limit.
constexpr duration load_limit = std::chrono::seconds(60);
// Every fault says by its own standing_limit whether it stands: this only bounds the wait.
constexpr duration holders_limit = standing_limit + std::chrono::seconds(5);
// After the server's end all sockets are dead: clients only have to notice.
constexpr duration traffic_end_limit = std::chrono::seconds(5);
// Children of a stopped server may need a moment to follow it (verdict rule R18).
constexpr duration orphan_grace = std::chrono::seconds(2);
constexpr duration orphan_poll_interval = std::chrono::milliseconds(20);
// SIGKILL works at once unless the process sleeps uninterruptibly.
constexpr duration kill_limit = std::chrono::seconds(5);
constexpr duration listener_poll_interval = std::chrono::milliseconds(1);
// Warm-up: opens what a server opens lazily, before the descriptors are counted (rule R12).
constexpr std::uint32_t warm_clients = 4;
constexpr std::uint32_t warm_requests = 3;
constexpr duration warm_settle_limit = std::chrono::seconds(2);

bool have_common(const std::vector<std::uint64_t>& left, const std::vector<std::uint64_t>& right) {
    return std::ranges::find_first_of(left, right) != left.end();
}

}  // namespace

cycle::cycle(const asio::any_io_executor& executor, server_session& session,
             const planned_scenario& planned, cycle_record& record)
    : executor_(executor),
      session_(session),
      planned_(planned),
      record_(record),
      course_{planned.what().stop.at, planned.server->lifecycle == target_lifecycle::in_process},
      log_(clock_) {}

cycle::~cycle() = default;

const stop_mode& cycle::mode() const {
    return planned_.server->stop.find(planned_.what().stop.mode)->second;
}

void cycle::note(std::string what) {
    if (record_.timeline.size() < cycle_record::timeline_events_max) {
        record_.timeline.push_back({clock_.now(), std::move(what)});
    }
}

asio::awaitable<phase_result> cycle::start() {
    bool serving = session_.running();
    if (serving) {  // in_process: the server of the cycle before
        record_.start.launched = record_.start.listening = record_.start.served = clock_.now();
    } else {
        serving = co_await session_.start(clock_, record_.start);
    }
    if (session_.process() != nullptr) {
        record_.server_pid = session_.process()->pid();
    }
    note(serving ? "serving" : record_.start.failure);
    if (serving) {
        connectors_ = session_.make_connectors(log_);
    }
    co_return serving ? phase_result::done : phase_result::failed;
}

asio::awaitable<phase_result> cycle::warm() {
    const scenario& what = planned_.what();
    scenario warm_up;
    warm_up.load = what.load.value_or(load_profile{});
    warm_up.load->clients_count = warm_clients;
    warm_up.load->requests_per_client = warm_requests;
    warm_up.load->think_time = duration::zero();
    warm_up.load->after = after_stop::close;
    const bool can_warm = planned_.server->routes.contains(warm_up.load->route) &&
                          connectors_.contains(warm_up.load->port);
    if (can_warm) {
        const time_point deadline = clock::now() + load_limit;
        traffic warming(executor_, connectors_, clock_,
                        {warm_up, planned_.server->routes, record_.id.cycle_seed}, deadline);
        co_await warming.begin(deadline);
        const stop_choice when_done;  // at_rest: after the last request
        co_await warming.reach(when_done, deadline);
        warming.release();
        co_await warming.finish(deadline);
        warm_requests_ = warming.tally();
    }
    if (!session_.running()) {
        co_return phase_result::server_ended;
    }
    rest_look look = co_await settle(nullptr, clock::now() + warm_settle_limit);
    record_.rest.baseline = std::move(look.taken);
    note("warm");
    co_return phase_result::done;
}

asio::awaitable<phase_result> cycle::load() {
    const scenario& what = planned_.what();
    const std::size_t before = log_.size();
    const time_point deadline = clock::now() + load_limit + what.stop.between_max;
    // Behind everything that can still happen to a client: load, the worst stop, the kill.
    const time_point clients_deadline =
        deadline + deadline_for(mode().promises, {}).after_stop + std::chrono::hours(1);
    traffic_ = std::make_unique<traffic>(
        executor_, connectors_, clock_,
        traffic::plan{what, planned_.server->routes, record_.id.cycle_seed}, clients_deadline);
    record_.has_load = traffic_->has_load();
    note("load begins");
    co_await traffic_->begin(clock::now() + holders_limit);
    const bool reached = co_await traffic_->reach(what.stop, deadline);
    record_.rest.connections_count = log_.size() - before;
    record_.stop.moment_reached = reached;
    if (!reached) {
        note("the stop moment was not reached");
    }
    if (!session_.running()) {
        co_return phase_result::server_ended;
    }
    co_return reached ? phase_result::done : phase_result::failed;
}

asio::awaitable<void> cycle::finish_traffic(duration limit) {
    if (traffic_ == nullptr || traffic_finished_) {
        co_return;
    }
    traffic_->release();
    co_await traffic_->finish(clock::now() + limit);
    traffic_finished_ = true;
    record_.requests = traffic_->tally();
    record_.requests.add(warm_requests_);
    record_.faults = traffic_->fault_records();
}

asio::awaitable<rest_look> cycle::settle(const census* baseline, time_point deadline) {
    duration wait = std::chrono::milliseconds(1);
    for (;;) {
        rest_look look;
        look.taken = session_.take_census(clock_.now());
        look.held = connections_held(look.taken, baseline, session_.ports());
        if (look.held.empty() || clock::now() >= deadline || !session_.running()) {
            co_return look;
        }
        co_await pause(wait);
        wait = std::min<duration>(wait * 2, std::chrono::milliseconds(50));
    }
}

asio::awaitable<phase_result> cycle::quiesce() {
    co_await finish_traffic(load_limit);
    const duration promised = planned_.server->promises.release_within;
    const time_point began = clock::now();
    const census* baseline = record_.rest.baseline ? &*record_.rest.baseline : nullptr;
    rest_look look = co_await settle(baseline, began + promised + slack_for(promised));
    record_.rest.waited = clock::now() - began;
    record_.rest.settled = look.held.empty();
    if (!session_.running()) {
        co_return phase_result::server_ended;
    }
    record_.rest.at_rest = std::move(look.taken);
    record_.rest.behind = connections_behind(look.held, log_);
    note(record_.rest.settled ? "at rest" : "connections are still held");
    co_return phase_result::done;
}

asio::awaitable<void> cycle::compare_after_restart() {
    // The fresh server listens on new sockets, so only what outlives restarts is compared.
    record_.rest.connections_count = log_.size();
    co_await quiesce();
}

exit_deadline cycle::decide_deadline() {
    contract promises = mode().promises;
    if (planned_.what().exit_within) {
        promises.exit_within = std::min(promises.exit_within, *planned_.what().exit_within);
    }
    stop_record& stop = record_.stop;
    stop.mode = planned_.what().stop.mode;
    stop.moment = to_text(planned_.what().stop.at);
    stop.trigger = to_text(mode().trigger);
    if (traffic_ != nullptr && !traffic_finished_) {
        stop.held = traffic_->held();
    }
    const exit_deadline limit = deadline_for(promises, stop.held);
    stop.promised = limit.promised;
    stop.worst = limit.worst;
    return limit;
}

asio::awaitable<phase_result> cycle::stop() {
    stop_record& stop = record_.stop;
    const exit_deadline limit = decide_deadline();
    const std::vector<std::uint64_t> before = session_.owned_listeners();
    const time_point triggered = clock::now();
    const time_point deadline = triggered + limit.after_stop;
    stop.triggered = clock_.at(triggered);
    stop.deadline = clock_.at(deadline);
    if (traffic_ != nullptr && !traffic_finished_) {
        traffic_->stop_triggered();
    }
    note("stop: " + stop.trigger);

    gate refused(executor_);  // the server did not take the request to stop
    task_group asking(executor_);
    asking.spawn(ask_to_stop(refused, deadline));
    task_group watchers(executor_);
    watchers.spawn(watch_listener(before, deadline));
    if (limit.release_first) {
        watchers.spawn(let_go_after(release_after));
    }
    std::exception_ptr failure;
    try {
        co_await first_of(wait_until_finished(before, deadline), until_open(refused, deadline));
    } catch (...) {
        failure = std::current_exception();
    }
    watchers.cancel();
    co_await watchers.join();
    co_await asking.join();  // not cancelled: a stop command ends by its own deadline
    if (failure) {
        std::rethrow_exception(failure);
    }
    if (!stop.listener_gone && !have_common(before, session_.listeners())) {
        stop.listener_gone = clock_.now();  // it went between two looks
    }
    // An in_process server that ends instead of restarting is gone without having finished.
    const bool in_time = stop.finished || !session_.running();
    if (!in_time) {
        std::string why = "deadline passed";
        if (refused.is_open()) {
            why = "the stop could not be asked for";
        }
        co_await force_exit(std::move(why));
    }
    note(in_time ? "stopped" : "stopped by force");
    co_await finish_traffic(traffic_end_limit);
    co_return session_.running() ? phase_result::done : phase_result::server_ended;
}

asio::awaitable<void> cycle::ask_to_stop(gate& refused, time_point deadline) {
    const std::string failure = co_await request_stop(session_, mode().trigger, deadline);
    // A command may wait for the very stop that it asks for: one that is still at it when the time
    // is up, or that fails because the server is gone, did reach it.
    if (!failure.empty() && session_.running() && clock::now() < deadline) {
        record_.stop.trigger_failure = failure;
        refused.open();
    }
}

asio::awaitable<void> cycle::let_go_after(duration wait) {
    co_await pause(wait);
    record_.stop.released = clock_.now();
    note("held connections released");
    if (traffic_ != nullptr && !traffic_finished_) {
        traffic_->release();
    }
}

asio::awaitable<void> cycle::watch_listener(std::vector<std::uint64_t> before,
                                            time_point deadline) {
    while (clock::now() < deadline) {
        if (!have_common(before, session_.listeners())) {
            record_.stop.listener_gone = clock_.now();
            co_return;
        }
        co_await pause(listener_poll_interval);
    }
}

asio::awaitable<void> cycle::wait_until_finished(const std::vector<std::uint64_t>& before,
                                                 time_point deadline) {
    if (!course_.in_process) {
        const std::optional<exit_report> report = co_await session_.exited(deadline);
        if (report) {
            record_.stop.finished = clock_.at(report->at);
        }
        co_return;
    }
    while (session_.running() && clock::now() < deadline) {
        // A restart shows in new sockets: the old ones may be gone for less than a look.
        if (!have_common(before, session_.listeners()) && !session_.owned_listeners().empty()) {
            record_.stop.finished = clock_.now();
            co_return;
        }
        co_await pause(listener_poll_interval);
    }
}

asio::awaitable<void> cycle::force_exit(std::string why) {
    record_.stop.at_deadline = session_.take_census(clock_.now());
    record_.stop.behind = connections_behind(
        connections_held(*record_.stop.at_deadline, nullptr, session_.ports()), log_);
    record_.stop.escalations.push_back({"SIGKILL", clock_.now()});
    note("SIGKILL: " + why);
    const boost::system::error_code error = session_.process()->send_signal(SIGKILL);
    if (error) {
        note("SIGKILL failed: " + error.message());  // it ended on its own just now
    }
    co_await session_.exited(clock::now() + kill_limit);
}

asio::awaitable<void> cycle::quit() {
    if (!session_.running()) {
        co_return;
    }
    co_await finish_traffic(traffic_end_limit);
    const int number = planned_.server->quit_signal;
    const duration promised = mode().promises.exit_within;
    note("quit: " + signal_name(number));
    record_.stop.quit_asked = clock_.now();
    const boost::system::error_code error = session_.process()->send_signal(number);
    const std::optional<exit_report> report =
        co_await session_.exited(clock::now() + promised + slack_for(promised));
    if (!report) {
        // Named first: g++ 12 frees the temporaries of `? :` twice beside co_await.
        std::string why = "did not end within " + to_text(promised) + " of " + signal_name(number);
        if (error) {
            why = "cannot send " + signal_name(number) + ": " + error.message();
        }
        co_await force_exit(std::move(why));
    }
}

asio::awaitable<void> cycle::examine() {
    co_await finish_traffic(traffic_end_limit);
    const std::optional<exit_report> report =
        session_.process() != nullptr ? co_await session_.exited(clock::now()) : std::nullopt;
    if (report) {
        record_.exit = report->status;
        record_.exited = clock_.at(report->at);
        record_.server_cpu = report->cpu_time;
        co_await look_for_orphans();
        look_at_ports();
    }
}

asio::awaitable<void> cycle::look_for_orphans() {
    const time_point deadline = clock::now() + orphan_grace;
    // Twice: a child that changes parents during one walk is seen by the next.
    std::vector<pid_t> left = session_.process()->tree();
    if (left.empty()) {
        left = session_.process()->tree();
    }
    while (!left.empty() && clock::now() < deadline) {
        co_await pause(orphan_poll_interval);
        left = session_.process()->tree();
    }
    for (const pid_t pid : left) {
        process_facts orphan = read_process(pid);
        if (orphan.state == 'X') {
            continue;  // gone meanwhile
        }
        record_.orphans.push_back(std::move(orphan));
        note("orphan: " + record_.orphans.back().command + " (pid " + std::to_string(pid) + ")");
    }
}

void cycle::look_at_ports() {
    for (const auto& [name, number] : session_.ports()) {
        port_record port;
        port.name = name;
        port.number = number;
        port.bindable = port_is_bindable({"127.0.0.1", number});
        if (!port.bindable) {
            port.holder = holder_of(number, record_.orphans, session_.sockets());
        }
        record_.ports.push_back(std::move(port));
    }
}

}  // namespace stormdrain
