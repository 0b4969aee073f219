#include "harness/cycle/server_session.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/base/pause.hpp"
#include "harness/cycle/server_connectors.hpp"
#include "harness/cycle/single_request.hpp"
#include "harness/cycle/unix_connections.hpp"
#include "harness/net/unix_endpoint.hpp"
#include "harness/process/census/census_reader.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// A look for LISTEN takes 15 to 60 us: often while a quick server starts, which takes 3 ms, and a
// fiftieth of its time away from one that takes long and needs the CPU itself.
constexpr duration listen_poll_min = std::chrono::microseconds(500);
constexpr duration listen_poll_max = std::chrono::milliseconds(10);
constexpr int listen_poll_share = 50;

duration listen_poll_after(duration starting) {
    return std::clamp(starting / listen_poll_share, listen_poll_min, listen_poll_max);
}

// Between two attempts at the first request: a server may listen before it can answer.
constexpr duration serve_retry_interval = std::chrono::milliseconds(10);

std::string last_line(std::string_view text) {
    while (text.ends_with('\n')) {
        text.remove_suffix(1);
    }
    return std::string(text.substr(text.find_last_of('\n') + 1));
}

}  // namespace

server_session::server_session(const asio::any_io_executor& executor, options chosen)
    : executor_(executor),
      chosen_(std::move(chosen)),
      setup_(chosen_.run, chosen_.server, chosen_.folder, chosen_.places),
      own_origins_(std::make_unique<origin_set>()),
      origins_(chosen_.origins != nullptr ? chosen_.origins : own_origins_.get()),
      exited_(executor),
      tasks_(executor) {}

server_session::~server_session() = default;

std::unique_ptr<server_session> server_session::again() const {
    return again(chosen_.exit_watch);
}

std::unique_ptr<server_session> server_session::again(
    std::optional<exit_watch_choice> exit_watch) const {
    options same = chosen_;
    same.exit_watch = exit_watch;
    same.places = setup_.places();
    same.log_name = "restart.log";
    same.origins = origins_;
    return std::make_unique<server_session>(executor_, std::move(same));
}

bool server_session::prepare(start_record& record) {
    if (chosen_.origins == nullptr) {
        own_origins_->start(executor_, chosen_.server.origins, chosen_.folder + "/origins");
    }
    const bool places_links = chosen_.links && chosen_.origins == nullptr;
    if (places_links) {
        chosen_.links->place_before(*origins_);
    }
    setup_.set_origins(*origins_, chosen_.links.get());
    record.failure = setup_.prepare(sockets_);
    if (places_links) {
        chosen_.links->place_before(places());
    }
    record.blame_is_elsewhere = !record.failure.empty();
    prepared_ = true;
    return record.failure.empty();
}

time_point server_session::begin_start(const cycle_clock& cycle, start_record& record) {
    const duration promised = chosen_.server.promises.start_within;
    const time_point deadline = clock::now() + promised + slack_for(promised);
    record.deadline = cycle.at(deadline);
    return deadline;
}

asio::awaitable<bool> server_session::start(const cycle_clock& cycle, start_record& record) {
    const time_point deadline = begin_start(cycle, record);
    if (!prepared_ && !prepare(record)) {
        co_return false;
    }
    // One step a statement: g++ 12 awaits both sides of `co_await a && co_await b`.
    const bool launched = co_await launch(cycle, record, deadline);
    if (!launched) {
        co_return false;
    }
    const bool listens = co_await listening(cycle, record, deadline);
    if (!listens) {
        co_return false;
    }
    co_return co_await serving(cycle, record, deadline);
}

asio::awaitable<bool> server_session::start_listening(const cycle_clock& cycle,
                                                      start_record& record, duration within) {
    const time_point deadline = begin_start(cycle, record);
    const bool launched = co_await launch(cycle, record, deadline);
    if (!launched) {
        co_return false;
    }
    co_await listening(cycle, record, clock::now() + within);
    if (running()) {
        record.failure.clear();  // it had no time to listen
    }
    co_return running();
}

asio::awaitable<bool> server_session::launch(const cycle_clock& cycle, start_record& record,
                                             time_point deadline) {
    output_ = std::make_unique<output_capture>(executor_, chosen_.folder + "/" + chosen_.log_name,
                                               chosen_.alarm_words, chosen_.log_sink);
    launch_descriptors descriptors;
    if (stops_by_input(chosen_.server)) {
        input_.emplace();
        descriptors.input = input_->read_end();
    }
    descriptors.output = output_->write_end();
    descriptors.listeners = setup_.listeners();
    launch_spec spec = setup_.server_spec();
    spec.exit_watch = chosen_.exit_watch.value_or(spec.exit_watch);
    // Who wants no filter gets none: then the fault is not available.
    spec.accept_trap = chosen_.accept_trap && (spec.exit_watch == exit_watch_choice::automatic ||
                                               spec.exit_watch == exit_watch_choice::seccomp);
    watch_residue(spec.working_folder);
    process_ = chosen_.run.launcher.launch(executor_, spec, descriptors);
    output_->close_write_end();
    if (input_) {
        input_->close_read_end();
    }
    // Kept open here, a listener that the server closes would go on taking connections.
    setup_.release_listeners();
    tasks_.spawn(output_->run());
    const std::optional<launch_failure> failure = co_await process_->started(deadline);
    if (failure) {
        record.failure = "cannot run " + spec.argv.front() + ": " + failure->step + ": " +
                         failure->error.message();
        record.blame_is_elsewhere = true;
        co_await process_->end_tree(deadline);
        process_.reset();
        co_return false;
    }
    record.launched = cycle.now();
    setup_.set_pid(process_->pid());
    tasks_.spawn(watch_exit());
    co_return true;
}

asio::awaitable<void> server_session::watch_exit() {
    // Opened also when the keeper vanished: nobody may wait for an exit that cannot be told.
    struct on_the_way_out {
        gate& exited;
        ~on_the_way_out() { exited.open(); }
    };
    const on_the_way_out leaving{exited_};
    exit_ = co_await process_->exited(time_point::max());
}

asio::awaitable<std::optional<exit_report>> server_session::exited(time_point deadline) {
    co_await exited_.wait(deadline);
    co_return exit_;
}

boost::system::error_code server_session::ask_on_input(std::string_view line) {
    if (!input_) {
        return boost::system::errc::make_error_code(boost::system::errc::bad_file_descriptor);
    }
    if (!line.empty()) {
        return input_->write(line);
    }
    input_->close();
    return {};
}

// To be asked when the server is gone: a socket on one of its ports is somebody else's then.
std::string server_session::foreign_socket() {
    for (const auto& [name, place] : places()) {
        for (const tcp_socket_facts& socket : sockets_.sockets_at(place)) {
            if (socket.inode != 0) {  // the kernel's leftovers of connections have none
                return "port " + port_or_path(place) + " (" + name +
                       ") is in use by another process";
            }
        }
    }
    return "";
}

std::string server_session::early_exit_text() {
    output_->stop();  // reads what it said last; nothing more comes
    const std::string last = last_line(output_->summary().tail);
    return (exit_ ? to_text(exit_->status) : std::string("gone")) +
           (last.empty() ? "; it printed nothing" : "; last output: " + last);
}

asio::awaitable<bool> server_session::listening(const cycle_clock& cycle, start_record& record,
                                                time_point deadline) {
    const time_point began = clock::now();
    while (running() && clock::now() < deadline) {
        // Whose they are costs more to find out than whether there are any.
        if (listeners().size() >= places().size() && !owned_listeners().empty()) {
            record.listening = cycle.now();
            co_return true;
        }
        co_await pause(listen_poll_after(clock::now() - began));
    }
    if (!running()) {
        record.failure = "ended before it listened: " + early_exit_text();
        const std::string taken = foreign_socket();
        if (!taken.empty()) {
            record.failure += "; " + taken;
            record.blame_is_elsewhere = true;
        }
        co_return false;
    }
    std::string wanted;
    for (const auto& [name, place] : places()) {
        wanted += (wanted.empty() ? "" : ", ") + name + " (" + port_or_path(place) + ")";
    }
    record.failure = "no process of the server listens on every port: " + wanted;
    co_return false;
}

asio::awaitable<bool> server_session::serving(const cycle_clock& cycle, start_record& record,
                                              time_point deadline) {
    const target& server = chosen_.server;
    const auto asked = server.routes.find(server.ready_route);
    const port_protocol protocol = server.ports.find(server.ready_port)->second.speaks;
    if (asked == server.routes.end() || !goes_over(asked->second, protocol)) {
        record.served = cycle.now();  // nothing is known of its protocol: LISTEN must do
        co_return true;
    }
    connection_log log(cycle);
    connector_table connectors = make_connectors(log);
    connector& to = *connectors.find(server.ready_port)->second;
    single_answer answer;
    while (running() && clock::now() < deadline) {
        single_answer latest = co_await request_once(to, asked->second, "probe", deadline);
        if (latest.as_expected) {
            record.served = cycle.now();
            co_return true;
        }
        // One that the deadline cut short says less than the one before it.
        if (answer.text.empty() || clock::now() < deadline) {
            answer = std::move(latest);
        }
        co_await pause(serve_retry_interval);
    }
    record.failure = running()
                         ? "listens but does not serve: " + std::string(shown_path(asked->second)) +
                               ": " + answer.text
                         : "ended before it served a request: " + early_exit_text();
    co_return false;
}

std::vector<std::uint64_t> server_session::listeners() {
    std::vector<std::uint64_t> inodes;
    for (const auto& [name, place] : places()) {
        for (const tcp_socket_facts& listener : sockets_.listeners_at(place)) {
            inodes.push_back(listener.inode);
        }
    }
    return inodes;
}

std::vector<std::uint64_t> server_session::owned_listeners() {
    std::vector<std::uint64_t> owned;
    const std::vector<pid_t> tree = process_ ? process_->tree() : std::vector<pid_t>{};
    for (const auto& [name, place] : places()) {
        const std::size_t before = owned.size();
        for (const tcp_socket_facts& listener : sockets_.listeners_at(place)) {
            // Where the kernel hides the owner it is the server's: the port was free before.
            if (owner_of_socket(tree, listener.inode) != ownership::none) {
                owned.push_back(listener.inode);
            }
        }
        if (owned.size() == before) {
            return {};
        }
    }
    return owned;
}

connector_table server_session::make_connectors(connection_log& log) const {
    return direct_connectors({executor_, chosen_.server, setup_, chosen_.tls}, log);
}

connector_table server_session::make_client_connectors(connection_log& log) const {
    return chosen_.links ? connectors_through(*chosen_.links,
                                              {executor_, chosen_.server, setup_, chosen_.tls}, log)
                         : make_connectors(log);
}

std::vector<tcp_socket_facts> server_session::client_sockets() {
    std::vector<tcp_socket_facts> found;
    for (const auto& [name, place] : places()) {
        for (tcp_socket_facts& socket : sockets_.sockets_at(place)) {
            if (socket.state != tcp_state::listen) {
                found.push_back(std::move(socket));
            }
        }
    }
    return found;
}

census server_session::take_census(since_start now) {
    const std::vector<pid_t> tree = process_ ? process_->tree() : std::vector<pid_t>{};
    census taken = stormdrain::take_census(tree, sockets_, now);
    describe_unix_connections(taken, places(), sockets_);
    if (residue_) {
        residue_->saw(taken);
    }
    return taken;
}

void server_session::look_at_memory() {
    for (const pid_t pid : process_->tree()) {
        residue_->saw_maps(pid);
    }
}

residue_record server_session::residue(const std::vector<pid_t>& ended) const {
    return residue_ ? residue_->look(ended) : residue_record{};
}

void server_session::watch_residue(const std::string& working_folder) {
    residue_watch::options places;
    places.own_folder = chosen_.folder;
    places.shared_folder = working_folder;
    places.ignored = setup_.file_names();
    for (const std::string_view own : {"server.log", "restart.log", "stop-command.log", "hang.txt",
                                       "hang_dump.txt", "stacks.txt"}) {
        places.ignored.emplace_back(own);
    }
    residue_.emplace(std::move(places));
}

asio::awaitable<bool> server_session::end(time_point deadline) {
    bool all_gone = true;
    if (process_) {
        all_gone = co_await process_->end_tree(deadline);
        co_await exited_.wait(deadline);
    }
    if (chosen_.links && chosen_.origins == nullptr) {
        chosen_.links->stop();
    }
    co_await own_origins_->stop();  // behind the server: it may still wait for an answer
    if (output_) {
        output_->stop();
    }
    tasks_.cancel();
    try {
        co_await tasks_.join();
    } catch (const environment_error& lost) {
        failure_ = lost.what();
    }
    co_return all_gone;
}

bool server_session::drain_output() {
    const bool was_held = output_ && output_->is_held_back();
    if (was_held) {
        output_->resume();
    }
    return was_held;
}

output_summary server_session::output() const {
    return output_ ? output_->summary() : output_summary{};
}

}  // namespace stormdrain
