#include "harness/cycle/cycle_parts.hpp"

#include "harness/base/environment_error.hpp"

#include <string>
#include <utility>
#include <vector>

namespace stormdrain {

namespace asio = boost::asio;

cycle_parts::cycle_parts(const asio::any_io_executor& on, server_session& server,
                         const planned_scenario& what, cycle_record& into)
    : executor(on), session(server), planned(what), record(into), log(clock), tasks_(on) {
    record.is_scripted = planned.is_scripted();
}

cycle_parts::~cycle_parts() = default;

const stop_mode& cycle_parts::mode() const {
    return planned.server->stop.find(planned.what().stop.mode)->second;
}

bool cycle_parts::in_process() const {
    return planned.server->lifecycle == target_lifecycle::in_process;
}

const connection_log& cycle_parts::known_connections() {
    log.catch_up();
    return log;
}

void cycle_parts::note(std::string what) {
    if (record.timeline.size() < cycle_record::timeline_events_max) {
        record.timeline.push_back({clock.now(), std::move(what)});
    }
}

void cycle_parts::watch_releases() {
    std::vector<std::uint16_t> ports;
    for (const auto& [name, number] : session.ports()) {
        ports.push_back(number);
    }
    try {
        releases_ = std::make_unique<release_watch>(executor, ports, log);
    } catch (const environment_error& refused) {
        note(std::string("releases of connections are not watched: ") + refused.what());
        return;
    }
    tasks_.spawn(releases_->run());
}

void cycle_parts::watch_cpu() {
    cpu_ = std::make_unique<cpu_watch>(executor, [this] {
        const server_process* const process = session.process();
        return process != nullptr ? process->tree() : std::vector<pid_t>();
    });
    tasks_.spawn(cpu_->run());
}

void cycle_parts::watch_listeners() {
    listeners_ = std::make_unique<listener_watch>(executor, session.sockets(), session.ports());
    if (planned.what().expected.dropped_connections_max) {
        tasks_.spawn(listeners_->run());
    }
}

void cycle_parts::finish_listeners() {
    if (listeners_) {
        record.listeners = listeners_->look();
        listeners_->stop();
    }
}

asio::awaitable<void> cycle_parts::finish() {
    if (listeners_) {
        listeners_->stop();
    }
    if (cpu_) {
        cpu_->stop();
        record.health.server_want = cpu_->worst();
    }
    if (releases_) {
        releases_->stop();
        if (releases_->lost_count() > 0) {
            note("not all releases of connections were seen: the kernel's events came too fast");
        }
    }
    co_await tasks_.join();
    for (fault_record& fault : record.faults) {
        for (injection& one : fault.injections) {
            if (one.connection != 0) {
                one.server_released = log.at(one.connection).server_released;
            }
        }
    }
}

asio::awaitable<void> cycle_parts::finish_clients(duration limit) {
    traffic* const running = clients();
    if (running == nullptr) {
        co_return;
    }
    running->release();
    co_await running->finish(stormdrain::clock::now() + limit);
    finished_ = true;
    record.requests = running->tally();
    record.requests.add(warm_requests);
    record.faults = running->fault_records();
}

}  // namespace stormdrain
