#include "harness/cycle/aftermath.hpp"

#include "harness/base/pause.hpp"
#include "harness/cycle/evidence.hpp"
#include "harness/cycle/start_once.hpp"
#include "harness/process/census/census_reader.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// Children of a stopped server may need a moment to follow it (verdict rule R18).
constexpr duration orphan_grace = std::chrono::seconds(2);
constexpr duration orphan_poll_interval = std::chrono::milliseconds(20);

exit_census to_exit_census(process_end end, const cycle_clock& clock) {
    exit_census taken;
    taken.at = clock.at(end.at);
    taken.seen_by = end.seen_by;
    taken.status = end.status;
    taken.held = std::move(end.held);
    return taken;
}

}  // namespace

asio::awaitable<void> aftermath::run() {
    cycle_record& record = parts_.record;
    const std::optional<exit_report> report = parts_.session.process() != nullptr
                                                  ? co_await parts_.session.exited(clock::now())
                                                  : std::nullopt;
    if (!report) {
        co_return;
    }
    record.exit = report->status;
    record.exited = parts_.clock.at(report->at);
    record.server_cpu = report->cpu_time;
    co_await look_for_orphans();
    const std::vector<pid_t> ended = look_at_ends();
    look_at_ports();
    record.residue = parts_.session.residue(ended);
    if (must_start_again()) {
        co_await start_again();
    }
}

asio::awaitable<void> aftermath::look_for_orphans() {
    const time_point deadline = clock::now() + orphan_grace;
    // Twice: a child that changes parents during one walk is seen by the next.
    std::vector<pid_t> left = parts_.session.process()->tree();
    if (left.empty()) {
        left = parts_.session.process()->tree();
    }
    while (!left.empty() && clock::now() < deadline) {
        co_await pause(orphan_poll_interval);
        left = parts_.session.process()->tree();
    }
    // With their descriptors: a leftover that holds the port is named with what it holds.
    for (process_facts& orphan : parts_.session.take_census(parts_.clock.now()).processes) {
        parts_.note("orphan: " + orphan.command + " (pid " + std::to_string(orphan.pid) + ")");
        parts_.record.orphans.push_back(std::move(orphan));
    }
}

// Ends before the stop belong to the server's ordinary life (a helper for one request), except its
// own.
std::vector<pid_t> aftermath::look_at_ends() {
    exit_record& at_exit = parts_.record.at_exit;
    const std::optional<since_start>& stopped = parts_.record.stop.triggered;
    std::vector<pid_t> ended{parts_.record.server_pid};
    for (process_end& end : parts_.session.process()->take_ends()) {
        exit_census taken = to_exit_census(std::move(end), parts_.clock);
        ended.push_back(taken.held.pid);
        const bool is_server = taken.held.pid == parts_.record.server_pid;
        if (is_server) {
            at_exit.witness = taken.seen_by;
        }
        if (is_server || (stopped && taken.at >= *stopped)) {
            at_exit.ends.push_back(std::move(taken));
        }
    }
    census held;
    for (const exit_census& end : at_exit.ends) {
        held.processes.push_back(end.held);
    }
    at_exit.behind = connections_behind(connections_held(held, nullptr, parts_.session.ports()),
                                        parts_.known_connections());
    return ended;
}

void aftermath::look_at_ports() {
    for (const auto& [name, place] : parts_.session.places()) {
        port_record port;
        port.name = name;
        port.number = place.port;
        port.bindable = port_is_bindable(place);
        if (!port.bindable) {
            port.holder = holder_of(place, parts_.record.orphans, parts_.session.sockets());
        }
        port.bindable_without_reuse = state_of_port_without_reuse(place) != port_state::in_use;
        const target_port& wanted = parts_.planned.server->ports.find(name)->second;
        port.passed_down = wanted.source == port_source::inherit;
        parts_.record.ports.push_back(std::move(port));
    }
}

bool aftermath::must_start_again() const {
    return parts_.planned.what().restart ||
           std::ranges::any_of(parts_.record.faults, &fault_record::ends_the_server);
}

asio::awaitable<void> aftermath::start_again() {
    const std::unique_ptr<server_session> again = parts_.session.again();
    restart_record restart = co_await start_once(*again, parts_.clock);
    const bool serves = restart.start.failure.empty();
    parts_.note(serves ? "started again" : "not started again: " + restart.start.failure);
    parts_.record.restart = std::move(restart);
}

}  // namespace stormdrain
