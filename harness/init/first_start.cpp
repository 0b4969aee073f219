#include "harness/init/first_start.hpp"

#include "harness/base/pause.hpp"
#include "harness/config/text_file.hpp"
#include "harness/process/census/census_reader.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// A look is a census of the tree: 0.1 to 50 ms.
constexpr duration look_interval = std::chrono::milliseconds(20);
// A server opens its listeners one after the other: so long nothing new, and they are all there.
constexpr duration settled_after = std::chrono::milliseconds(300);
// A daemon's parent ends while its child still starts.
constexpr duration survivors_limit = std::chrono::seconds(2);
// A tree that survives SIGKILL that long sleeps in the kernel.
constexpr duration end_limit = std::chrono::seconds(10);
constexpr std::uint64_t unix_table_bytes_max = 16 * 1024 * 1024;

}  // namespace

first_start::first_start(const asio::any_io_executor& executor, run_environment& run,
                         const target& server, std::string folder)
    : executor_(executor),
      launcher_(run.launcher),
      folder_(folder),
      setup_(run, server, std::move(folder), {}),
      exited_(executor),
      tasks_(executor) {}

first_start::~first_start() = default;

asio::awaitable<std::string> first_start::launch(time_point deadline) {
    const std::string not_prepared = setup_.prepare(sockets_);
    if (!not_prepared.empty()) {
        co_return not_prepared;
    }
    asked_ = setup_.ports();
    output_ = std::make_unique<output_capture>(executor_, folder_ + "/server.log");
    launch_descriptors descriptors;
    descriptors.output = output_->write_end();
    const launch_spec spec = setup_.server_spec();
    launched_ = clock::now();
    process_ = launcher_.launch(executor_, spec, descriptors);
    output_->close_write_end();
    tasks_.spawn(output_->run());
    const std::optional<launch_failure> failure = co_await process_->started(deadline);
    if (failure) {
        co_return spec.argv.front() + ": " + failure->step + ": " + failure->error.message();
    }
    tasks_.spawn(watch_exit());
    co_return "";
}

asio::awaitable<void> first_start::watch_exit() {
    // Opened also when the keeper vanished: nobody may wait for an exit that cannot be told.
    struct on_the_way_out {
        gate& exited;
        ~on_the_way_out() { exited.open(); }
    };
    const on_the_way_out leaving{exited_};
    exit_ = co_await process_->exited(time_point::max());
}

asio::awaitable<server_sighting> first_start::look(time_point deadline) {
    server_sighting seen;
    seen.launch_failure = co_await launch(deadline);
    if (!seen.launch_failure.empty()) {
        co_return seen;
    }
    co_await settle(seen, deadline);
    if (exited_.is_open()) {
        co_await look_at_survivors(seen, clock::now() + survivors_limit);
        output_->stop();  // reads what it said last
    }
    seen.output_tail = output_->summary().tail;
    co_return seen;
}

asio::awaitable<void> first_start::settle(server_sighting& seen, time_point deadline) {
    time_point changed = clock::now();
    while (!exited_.is_open() && clock::now() < deadline) {
        const std::vector<seen_listener> before = std::exchange(seen.listeners, {});
        look_at_tree(seen);
        if (seen.listeners != before) {
            changed = clock::now();
            seen.until_listening = changed - launched_;
        }
        const bool is_quiet = clock::now() - changed >= settled_after;
        if (is_quiet && (listens_on_all(seen.listeners, asked_) || !seen.foreign.empty())) {
            co_return;
        }
        co_await exited_.wait(std::min(deadline, clock::now() + look_interval));
    }
}

void first_start::look_at_tree(server_sighting& seen) {
    const std::vector<pid_t> tree = process_->tree();
    const census taken = take_census(tree, sockets_, {});
    seen.listeners = listeners_in(taken);
    seen.hidden_descriptors = std::ranges::any_of(
        taken.processes, [](const process_facts& one) { return !one.descriptors_readable; });
    seen.foreign.clear();
    for (const auto& [name, number] : asked_) {
        const bool is_seen =
            std::ranges::find(seen.listeners, number, &seen_listener::port) != seen.listeners.end();
        if (is_seen || sockets_.listeners(number).empty()) {
            continue;
        }
        if (seen.hidden_descriptors) {  // it is the server's: the port was free before
            seen.listeners.push_back(
                {number, {"some address"}, process_->pid(), "a process of another user"});
        } else {
            seen.foreign.push_back(number);
        }
    }
    const text_file table = read_text_file("/proc/net/unix", unix_table_bytes_max);
    seen.unix_sockets = unix_listeners_in(taken, table.text.value_or(""));
}

asio::awaitable<void> first_start::look_at_survivors(server_sighting& seen, time_point deadline) {
    if (exit_) {
        seen.exit = exit_->status;
        seen.until_exit = exit_->at - launched_;
    }
    look_at_tree(seen);
    while (!process_->tree().empty() && seen.listeners.empty() && clock::now() < deadline) {
        co_await pause(look_interval);
        look_at_tree(seen);
    }
    for (const pid_t pid : process_->tree()) {
        if (const std::optional<process_stat> stat = read_stat(pid)) {
            seen.survivors.push_back(stat->command + " (pid " + std::to_string(pid) + ")");
        }
    }
}

asio::awaitable<void> first_start::end() {
    if (process_) {
        co_await process_->end_tree(clock::now() + end_limit);
    }
    if (output_) {
        output_->stop();
    }
    tasks_.cancel();
    co_await tasks_.join();
}

}  // namespace stormdrain
