#include "harness/cycle/dossier.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/base/pause.hpp"
#include "harness/cycle/evidence.hpp"
#include "harness/cycle/hang_cause.hpp"
#include "harness/cycle/hang_dump.hpp"
#include "harness/cycle/stop_request.hpp"
#include "harness/process/census/census_reader.hpp"
#include "harness/process/stacks/stack_reader.hpp"
#include "harness/process/stacks/thread_reader.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <system_error>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// 64 threads take a tenth of a second; what takes longer is a thread that cannot be attached to.
constexpr duration stacks_limit = std::chrono::seconds(3);
// How long a runtime or a debugger may take to dump: gdb needs 0.3 to 1.4 s.
constexpr duration dump_limit = std::chrono::seconds(3);

std::vector<pid_t> pids_of(const census& seen) {
    std::vector<pid_t> pids;
    for (const process_facts& process : seen.processes) {
        pids.push_back(process.pid);
    }
    return pids;
}

// Looked at only when a thread may be writing into one of them: the harness may hold thousands of
// descriptors.
std::set<std::uint64_t> pipes_of_harness(const std::vector<thread_facts>& threads,
                                         socket_table& sockets) {
    std::set<std::uint64_t> inodes;
    const bool any_writes = std::ranges::any_of(threads, [](const thread_facts& thread) {
        return thread.syscall == "write" || thread.syscall == "writev" ||
               thread.syscall == "sendfile";
    });
    const pid_t self = ::getpid();
    if (!any_writes) {
        return inodes;
    }
    for (const process_facts& process : take_census({&self, 1}, sockets, {}).processes) {
        for (const descriptor& held : process.descriptors) {
            if (held.kind == descriptor_kind::pipe) {
                inodes.insert(held.inode);
            }
        }
    }
    return inodes;
}

std::string read_and_remove(const std::string& path) {
    std::ifstream file(path);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    std::error_code not_there;  // nothing was written
    std::filesystem::remove(path, not_there);
    return text;
}

// Attaching to a thread that cannot be stopped takes all the time there is: those come last.
void put_sleepers_first(std::vector<pid_t>& pids, const std::vector<thread_facts>& threads) {
    std::ranges::stable_partition(pids, [&threads](pid_t pid) {
        return std::ranges::none_of(threads, [pid](const thread_facts& thread) {
            return thread.process == pid && thread.state == 'D';
        });
    });
}

asio::awaitable<stack_reading> launch_reader(server_session& session, std::vector<pid_t> pids,
                                             time_point deadline) {
    launch_spec spec;
    spec.argv = stacks_command(pids);
    const std::string path = session.folder() + "/stacks.txt";
    std::string failure;
    try {
        const command_outcome outcome =
            co_await run_program(session.launcher(), std::move(spec), path, deadline);
        failure = outcome.failure;
    } catch (const environment_error& error) {
        failure = error.what();
    }
    // The file, not the outcome's output: that is only the last part of it.
    stack_reading reading = parse_stacks(read_and_remove(path));
    if (!failure.empty()) {
        reading.missing = "the reader of stacks: " + failure;
        for (const pid_t pid : pids) {
            ::kill(pid, SIGCONT);  // a reader that was ended may have left the stop it asked for
        }
    }
    co_return reading;
}

bool was_kept_from_stopping(hang_cause cause) {
    return cause == hang_cause::starved || cause == hang_cause::blocked_on_output;
}

}  // namespace

std::vector<held_connection> client_connections(const census& seen, const census* baseline,
                                                const port_numbers& ports,
                                                const connection_log& log) {
    const std::set<std::uint64_t> known =
        baseline != nullptr ? inodes_of(*baseline) : std::set<std::uint64_t>{};
    std::set<std::uint64_t> taken;
    std::vector<held_connection> found;
    for (const process_facts& process : seen.processes) {
        census alone;
        alone.processes.push_back(process);
        for (descriptor& held : connections_held(alone, nullptr, ports)) {
            // Workers may share one socket; and one without a connection may never have had one.
            if (!taken.insert(held.inode).second || (!held.tcp && known.contains(held.inode))) {
                continue;
            }
            held_connection connection;
            connection.process = process.pid;
            const std::vector<connection_row> behind = connections_behind({held}, log);
            if (behind.size() == 1) {
                connection.client = behind.front();
            }
            connection.what = std::move(held);
            found.push_back(std::move(connection));
        }
    }
    return found;
}

namespace {

struct observation {
    hang_record hang;
    census seen;  // at its end
    hang_surroundings around;
};

// All that can be seen without touching the server.
asio::awaitable<observation> watch(cycle_parts& parts, const census& first, time_point deadline) {
    server_session& session = parts.session;
    const std::vector<pid_t> pids = pids_of(first);
    observation made;
    const time_point began = clock::now();
    const std::vector<thread_facts> before = read_threads(pids);
    const time_point due = std::min(clock::now() + hang_watch_interval, deadline);
    co_await pause(due - clock::now());
    made.around.timer_slip = clock::now() - due;
    made.hang.threads = watched(before, read_threads(pids));
    made.hang.watched = clock::now() - began;
    for (const thread_facts& thread : made.hang.threads) {
        made.hang.cpu_used += thread.cpu_used;
    }
    made.around.own_pipes = pipes_of_harness(made.hang.threads, session.sockets());
    made.seen = session.take_census(parts.clock.now());
    const std::optional<census>& baseline = parts.record.rest.baseline;
    made.hang.connections = client_connections(made.seen, baseline ? &*baseline : nullptr,
                                               session.ports(), parts.known_connections());
    // What the server lets go of meanwhile, or takes on, is not what keeps it.
    const std::set<std::uint64_t> held_before = inodes_of(first);
    std::erase_if(made.hang.connections, [&held_before](const held_connection& held) {
        return !held_before.contains(held.what.inode);
    });
    co_return made;
}

}  // namespace

asio::awaitable<hang_record> examine_hang(cycle_parts& parts, time_point deadline) {
    server_session& session = parts.session;
    const std::optional<census>& at_deadline = parts.record.stop.at_deadline;
    const census first = at_deadline ? *at_deadline : session.take_census(parts.clock.now());
    observation made = co_await watch(parts, first, deadline);
    hang_record& hang = made.hang;

    // After everything else: stopping a thread to read its stack may wake it.
    std::vector<pid_t> pids = pids_of(made.seen);
    put_sleepers_first(pids, hang.threads);
    stack_reading stacks = co_await launch_reader(session, std::move(pids),
                                                  std::min(deadline, clock::now() + stacks_limit));
    hang.stacks = std::move(stacks.stacks);
    hang.stacks_missing = std::move(stacks.missing);
    hang_judgement judged = judge_hang(made.seen, hang, made.around);
    hang.cause = judged.cause;
    hang.why = std::move(judged.why);

    const target& server = *parts.planned.server;
    if (server.hang_dump && session.running() && !was_kept_from_stopping(hang.cause)) {
        std::string outcome = co_await ask_for_dump(session, *server.hang_dump,
                                                    std::min(deadline, clock::now() + dump_limit));
        hang.notes.push_back(std::move(outcome));
    }
    if (server.hang_core) {
        hang.notes.push_back("ended by SIGABRT for a core file: " + where_cores_go());
    }
    co_return std::move(made.hang);
}

}  // namespace stormdrain
