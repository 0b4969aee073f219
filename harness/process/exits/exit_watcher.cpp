#include "harness/process/exits/exit_watcher.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/process/census/census_codec.hpp"
#include "harness/process/census/census_reader.hpp"
#include "harness/process/census/process_tree.hpp"
#include "harness/process/launch/memory_file.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <utility>

namespace stormdrain {
namespace {

// A busy server calls without end: its keeper has others to hear as well. poll(2) tells again.
constexpr std::size_t calls_per_round_max = 64;

// As the kernel makes a wait status of an exit code (wait(2)).
int native_status_of(std::uint64_t exit_code) {
    return static_cast<int>(exit_code & 0xffU) << 8;
}

}  // namespace

std::vector<witnessed_end> exit_watcher::answer_calls(pid_t server) {
    std::vector<witnessed_end> ends;
    for (std::size_t round = 0; round < calls_per_round_max; ++round) {
        const std::optional<waiting_call> call = calls_.next();
        if (!call) {
            break;
        }
        // An error of an answer is ENOENT: the caller was killed, and nobody waits any more.
        if (call->number != SYS_exit_group) {
            if (fails_now()) {
                calls_.fail(*call, accept_error_);
            } else {
                calls_.go_on(*call);
            }
            continue;
        }
        std::optional<witnessed_end> end =
            look(process_of_thread(call->thread), call->thread, server);
        calls_.go_on(*call);
        if (end) {
            end->report.witness = static_cast<std::uint32_t>(exit_witness::seccomp);
            end->report.number = native_status_of(call->first_argument);
            ends.push_back(std::move(*end));
        }
    }
    return ends;
}

bool exit_watcher::fails_now() {
    if (accepts_to_fail_ == 0) {
        return false;
    }
    if (accepts_to_skip_ > 0) {
        --accepts_to_skip_;
        return false;
    }
    --accepts_to_fail_;
    ++failed_accepts_count_;
    return true;
}

void exit_watcher::prepare() {
    // Everything that a look needs is there then, and mapped: the first costs a millisecond more.
    const pid_t self = ::getpid();
    encode(read_facts(self, self));
}

void exit_watcher::fail_accepts(std::uint32_t skip, std::uint32_t times, int error) {
    accepts_to_skip_ = skip;
    accepts_to_fail_ = times;
    accept_error_ = error;
}

std::optional<witnessed_end> exit_watcher::at_traced_exit(pid_t server) {
    const std::optional<int> status = trace_.exit_status();
    // A first thread that left by pthread_exit(3) is no end of its process: the others sleep on,
    // where a real end wakes them all to die.
    const bool is_end = status && (*status != 0 || !has_sleeping_thread(server));
    std::optional<witnessed_end> end = is_end ? look(server, server, server) : std::nullopt;
    if (end) {
        end->report.witness = static_cast<std::uint32_t>(exit_witness::ptrace);
        end->report.number = *status;
    }
    trace_.go_on();
    return end;
}

std::optional<witnessed_end> exit_watcher::look(pid_t process, pid_t thread, pid_t server) {
    const bool wanted =
        looking_ && (process == server || (watches_tree_ && ended_.size() < ends_max));
    if (!wanted || !ended_.insert(process).second) {
        return std::nullopt;
    }
    witnessed_end end;
    end.report.kind = report_kind::ended;
    end.report.at_ns = monotonic_ns();
    end.facts = make_memory_file("stormdrain-exit", encode(read_facts(process, thread)));
    end.report.looked_ns = monotonic_ns() - end.report.at_ns;
    return end;
}

process_facts exit_watcher::read_facts(pid_t process, pid_t thread) {
    try {
        if (!sockets_) {
            sockets_ = std::make_unique<socket_table>();
        }
        return read_process_end(process, thread, sockets_.get(), ports_);
    } catch (const environment_error&) {
        // Without sock_diag sockets stay nameless, which is better than nothing.
        return read_process_end(process, thread, nullptr, ports_);
    }
}

}  // namespace stormdrain
