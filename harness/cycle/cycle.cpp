#include "harness/cycle/cycle.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/base/pause.hpp"
#include "harness/cycle/aftermath.hpp"
#include "harness/cycle/evidence.hpp"
#include "harness/process/machine/open_files.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// A load that is not done by then is stopped and judged as it is: every request has its own limit.
constexpr duration load_limit = std::chrono::seconds(60);
// Every fault says by its own standing_limit whether it stands: this only bounds the wait.
constexpr duration holders_limit = standing_limit + std::chrono::seconds(5);
// Warm-up: opens what a server opens lazily, before the descriptors are counted (rule R12).
constexpr std::uint32_t warm_clients = 4;
constexpr std::uint32_t warm_requests = 3;
constexpr duration warm_settle_limit = std::chrono::seconds(2);
// Once all clients are gone nobody waits for the answer that an origin still owes.
constexpr duration origin_answer_limit = std::chrono::seconds(1);

bool strikes_at_start(const fault_use& use) {
    return use.what->point() == strike_point::start;
}

// The harness's own: logs, channels to keepers, timers, what faults look at sockets with.
constexpr std::uint64_t descriptors_beside_clients = 100;

// A client's own, and the two of the link's connection, which may splice through four more.
constexpr std::uint64_t descriptors_behind_link = 7;

std::uint64_t clients_of(const scenario& what) {
    std::uint64_t count = what.load ? what.load->clients_count : 0;
    for (const fault_use& use : what.faults) {
        const bool connects = strikes_connection(use.what->point());
        count += connects ? connections_of(use, what.load) : 0;
    }
    return count;
}

// A client without a descriptor says nothing about the server.
void check_descriptors(const scenario& what) {
    const std::uint64_t of_each_client = what.links.empty() ? 1 : descriptors_behind_link;
    const std::uint64_t clients_count = clients_of(what);
    const std::uint64_t allowed = open_files_max();
    const std::uint64_t needed = clients_count * of_each_client;
    if (needed + descriptors_beside_clients > allowed) {
        throw environment_error(std::to_string(clients_count) + " clients at once need " +
                                (of_each_client == 1 ? "as many" : std::to_string(needed)) +
                                " descriptors, and stormdrain may "
                                "have " +
                                std::to_string(allowed) +
                                " in all: raise its hard limit (ulimit -Hn, LimitNOFILE=)");
    }
}

}  // namespace

cycle::cycle(const asio::any_io_executor& executor, server_session& session,
             const planned_scenario& planned, cycle_record& record)
    : parts_(executor, session, planned, record),
      course_{planned.what().stop.at, parts_.in_process()},
      stopping_(parts_) {}

cycle::~cycle() = default;

asio::awaitable<phase_result> cycle::start() {
    parts_.watch_cpu();
    if (path_links* const links = parts_.session.links()) {
        links->begin_cycle();
    }
    start_record& start = parts_.record.start;
    if (parts_.session.running()) {  // in_process: the server of the cycle before
        begin_capture();
        connectors_ = parts_.session.make_client_connectors(parts_.log);
        parts_.watch_releases();
        start.launched = start.listening = start.served = parts_.clock.now();
        parts_.record.server_pid = parts_.session.process()->pid();
        parts_.note("serving");
        co_return phase_result::done;
    }
    bool serving = parts_.session.prepare(start);
    if (serving) {
        begin_capture();
        connectors_ = parts_.session.make_client_connectors(parts_.log);
        parts_.watch_releases();
        serving = co_await start_prepared();
    }
    if (parts_.session.process() != nullptr) {
        parts_.record.server_pid = parts_.session.process()->pid();
    }
    parts_.note(start.failure.empty() ? "serving" : start.failure);
    co_return serving ? phase_result::done : phase_result::failed;
}

void cycle::begin_capture() {
    if (packets_ == nullptr) {
        return;
    }
    const std::string failure = packets_->begin(ports_of(parts_.session));
    if (!failure.empty()) {
        parts_.note("no packets are captured: " + failure);
    }
    parts_.session.origins().note_secrets(packets_->secrets());
}

asio::awaitable<bool> cycle::start_prepared() {
    start_record& start = parts_.record.start;
    const scenario& what = parts_.planned.what();
    if (course_.at == stop_moment::during_start) {
        co_return co_await start_for_a_moment();
    }
    const bool hindered = std::ranges::any_of(what.faults, strikes_at_start);
    if (hindered) {
        make_clients();
        co_await parts_.clients()->strike_start(clock::now() + holders_limit);
    }
    const bool serving = co_await parts_.session.start(parts_.clock, start);
    if (hindered) {
        start.blame_is_elsewhere = false;  // a taken port is the harness's doing
    }
    co_return serving;
}

// The stop comes at its time after the exec, however far the server is then. What is to be held is
// waited for, within the bounds of the scenario.
asio::awaitable<bool> cycle::start_for_a_moment() {
    start_record& start = parts_.record.start;
    const scenario& what = parts_.planned.what();
    const duration offset = seeded_offset(what.stop, parts_.record.id.cycle_seed);
    const bool is_alone = what.faults.empty() && !what.load;
    if (!is_alone) {
        make_clients();
        parts_.record.has_load = parts_.clients()->has_load();
        parts_.session.origins().begin(parts_.clock);
    }
    const duration listening_within = is_alone ? offset : what.stop.between_max;
    const bool launched =
        co_await parts_.session.start_listening(parts_.clock, start, listening_within);
    if (!launched) {
        co_return false;
    }
    const time_point began = parts_.clock.start() + *start.launched;
    if (!is_alone && start.listening) {
        co_await parts_.clients()->begin(began + what.stop.between_max);
    }
    if (clock::now() < began + offset) {
        co_await pause(began + offset - clock::now());
    }
    co_return parts_.session.running();
}

void cycle::make_clients() {
    const scenario& what = parts_.planned.what();
    // Behind everything that can still happen to a client: load, the worst stop, the kill.
    const time_point deadline = clock::now() + load_limit + what.stop.between_max +
                                deadline_for(parts_.mode().promises, {}).after_stop +
                                std::chrono::hours(1);
    traffic::plan plan{what, parts_.planned.server->routes, parts_.record.id.cycle_seed};
    plan.session = &parts_.session;
    const stop_trigger& trigger = parts_.mode().trigger;
    plan.stop.number = trigger.how == stop_trigger::kind::signal ? trigger.signal : 0;
    parts_.begin_clients(
        std::make_unique<traffic>(parts_.executor, connectors_, parts_.clock, plan, deadline));
}

asio::awaitable<phase_result> cycle::warm() {
    const scenario& what = parts_.planned.what();
    scenario warm_up;
    warm_up.load = what.load.value_or(load_profile{});
    warm_up.load->clients_count = warm_clients;
    warm_up.load->requests_per_client = warm_requests;
    warm_up.load->think_time = duration::zero();
    warm_up.load->after = after_stop::close;
    const target& server = *parts_.planned.server;
    const auto port = server.ports.find(port_meant(server, warm_up.load->port));
    const auto can_be_asked = [&](const std::string& name) {
        const auto found = server.routes.find(name);
        return found != server.routes.end() && goes_over(found->second, port->second.speaks);
    };
    const bool can_warm =
        port != server.ports.end() && std::ranges::all_of(warm_up.load->routes, can_be_asked);
    if (can_warm) {
        const time_point deadline = clock::now() + load_limit;
        traffic warming(parts_.executor, connectors_, parts_.clock,
                        {warm_up, server.routes, parts_.record.id.cycle_seed}, deadline);
        co_await warming.begin(deadline);
        const stop_choice when_done;  // at_rest: after the last request
        co_await warming.reach(when_done, deadline);
        warming.release();
        co_await warming.finish(deadline);
        parts_.warm_requests = warming.tally();
    }
    if (!parts_.session.running()) {
        co_return phase_result::server_ended;
    }
    rest_look look = co_await settle(
        nullptr, clock::now() + warm_settle_limit + allowance_of(parts_.planned.what().links));
    parts_.record.rest.baseline = std::move(look.taken);
    parts_.note("warm");
    co_return phase_result::done;
}

asio::awaitable<phase_result> cycle::load() {
    const scenario& what = parts_.planned.what();
    check_descriptors(what);
    const std::size_t before = parts_.log.size();
    const time_point deadline = clock::now() + load_limit + what.stop.between_max;
    if (parts_.clients() == nullptr) {
        make_clients();
    }
    traffic& clients = *parts_.clients();
    parts_.record.has_load = clients.has_load();
    if (what.stop.at != stop_moment::last_close) {  // which leaves no time to look
        parts_.watch_listeners();
    }
    parts_.session.origins().begin(parts_.clock);
    parts_.note("load begins");
    co_await clients.begin(clock::now() + holders_limit);
    if (what.stop.at == stop_moment::last_close && parts_.session.running()) {
        co_await stopping_
            .prepare_ahead();  // the signal has to follow the close within microseconds
    }
    const bool reached = co_await clients.reach(what.stop, deadline);
    parts_.finish_listeners();
    parts_.record.rest.connections_count = parts_.log.size() - before;
    parts_.record.stop.moment_reached = reached;
    if (!reached) {
        parts_.note("the stop moment was not reached");
    }
    if (!parts_.session.running()) {
        co_return phase_result::server_ended;
    }
    co_return reached ? phase_result::done : phase_result::failed;
}

asio::awaitable<rest_look> cycle::settle(const census* baseline, time_point deadline) {
    duration wait = std::chrono::milliseconds(1);
    for (;;) {
        rest_look look;
        look.taken = parts_.session.take_census(parts_.clock.now());
        look.held = connections_held(look.taken, baseline, parts_.session.ports());
        look.upstream = upstream_held(look.taken, parts_.session.origins(), parts_.session.links());
        const bool is_at_rest = look.held.empty() && look.upstream.empty();
        if (is_at_rest || clock::now() >= deadline || !parts_.session.running()) {
            co_return look;
        }
        co_await pause(wait);
        wait = std::min<duration>(wait * 2, std::chrono::milliseconds(50));
    }
}

asio::awaitable<phase_result> cycle::quiesce() {
    co_await parts_.finish_clients(load_limit);
    co_await parts_.session.origins().close_connections(origin_answer_limit);
    const duration promised = parts_.planned.server->promises.release_within;
    const duration on_the_way = allowance_of(parts_.planned.what().links);
    const time_point began = clock::now();
    const census* baseline = parts_.record.rest.baseline ? &*parts_.record.rest.baseline : nullptr;
    rest_look look = co_await settle(baseline, began + promised + slack_for(promised) + on_the_way);
    parts_.record.rest.waited = clock::now() - began;
    parts_.record.rest.settled = look.held.empty() && look.upstream.empty();
    if (!parts_.session.running()) {
        co_return phase_result::server_ended;
    }
    parts_.record.rest.at_rest = std::move(look.taken);
    parts_.record.rest.behind = connections_behind(look.held, parts_.known_connections());
    parts_.record.rest.upstream = std::move(look.upstream);
    parts_.note(parts_.record.rest.settled ? "at rest" : "connections are still held");
    co_return phase_result::done;
}

asio::awaitable<void> cycle::compare_after_restart() {
    // The fresh server listens on new sockets, so only what outlives restarts is compared.
    parts_.record.rest.connections_count = parts_.log.size();
    co_await quiesce();
}

asio::awaitable<phase_result> cycle::stop() {
    co_await stopping_.run();
    co_return parts_.session.running() ? phase_result::done : phase_result::server_ended;
}

asio::awaitable<void> cycle::quit() {
    co_await stopping_.quit();
}

asio::awaitable<void> cycle::examine() {
    std::exception_ptr failure;
    try {
        co_await parts_.finish_clients(clients_end_limit);
        parts_.record.origins = parts_.session.origins().records();
        if (path_links* const links = parts_.session.links()) {
            parts_.record.path = links->record(parts_.known_connections(), parts_.clock);
        }
        aftermath examination(parts_);
        co_await examination.run();
    } catch (...) {
        failure = std::current_exception();
    }
    co_await parts_.finish();  // whatever happened: its task refers to the parts
    if (failure) {
        std::rethrow_exception(failure);
    }
}

}  // namespace stormdrain
