#include "harness/cycle/hang_cause.hpp"

#include "harness/cycle/hang_words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

namespace stormdrain {
namespace {

// Of one core. An event loop that gets EMFILE from accept(2) again and again, the most idle of the
// loops that go nowhere, uses half of one.
constexpr double spinning_share_min = 0.5;
// Ready and without a CPU for half of the time: the machine gave it no chance.
constexpr double starved_share_min = 0.5;
// Timers that tick in an idle run-time system stay below.
constexpr double idle_share_max = 0.05;

struct sighting {
    const census& seen;
    const hang_record& watched;
    const hang_surroundings& around;
    std::vector<thread_facts> threads;  // without first threads that left by pthread_exit(3)

    double share(duration used) const {
        const auto whole = static_cast<double>(watched.watched.count());
        return whole > 0 ? static_cast<double>(used.count()) / whole : 0;
    }
    std::string place(const thread_facts& thread) const {
        return describe_place(thread, watched.stacks);
    }
    std::string in_time() const { return "in " + to_text(watched.watched); }
    std::string cpu_text() const {
        const bool none = watched.cpu_used < std::chrono::milliseconds(1);
        return (none ? "no CPU" : to_text(watched.cpu_used) + " of CPU") + " used " + in_time();
    }
    const process_facts* process(pid_t pid) const {
        const auto found = std::ranges::find(seen.processes, pid, &process_facts::pid);
        return found == seen.processes.end() ? nullptr : &*found;
    }
    const descriptor* descriptor_of(const thread_facts& thread) const {
        const process_facts* owner = process(thread.process);
        if (owner == nullptr || !thread.descriptor) {
            return nullptr;
        }
        const auto found =
            std::ranges::find(owner->descriptors, *thread.descriptor, &descriptor::number);
        return found == owner->descriptors.end() ? nullptr : &*found;
    }
};

// Says why, when the cause applies.
using reason = std::optional<std::string>;

std::string percent(double share) {
    return std::to_string(std::lround(share * 100)) + " %";
}

bool sleeps(const thread_facts& thread) {
    return thread.state == 'S' || thread.state == 'D' || thread.state == 'I';
}

reason stopped(const sighting& of) {
    for (const process_facts& process : of.seen.processes) {
        std::size_t count = 0;
        bool all_stopped = true;
        char state = 'T';
        for (const thread_facts& thread : of.threads) {
            if (thread.process == process.pid) {
                ++count;
                all_stopped = all_stopped && (thread.state == 'T' || thread.state == 't');
                state = thread.state;
            }
        }
        if (count > 0 && all_stopped) {
            return name_of(process) + (state == 'T' ? " got a SIGSTOP and no SIGCONT"
                                                    : " is held by a debugger or a tracer");
        }
    }
    return {};
}

reason starved(const sighting& of) {
    if (of.around.timer_slip > hang_slip_max) {
        return "a timer of the harness fired " + to_text(of.around.timer_slip) + " late";
    }
    const auto most = std::ranges::max_element(of.threads, {}, &thread_facts::ready_waited);
    // A server that keeps the cores busy itself has its threads wait for each other.
    const bool uses_a_core = of.share(of.watched.cpu_used) >= spinning_share_min;
    if (most == of.threads.end() || uses_a_core ||
        of.share(most->ready_waited) < starved_share_min) {
        return {};
    }
    return name_of(*most) + " was ready to run for " + to_text(most->ready_waited) + " of " +
           to_text(of.watched.watched) + " and had a CPU for " + to_text(most->cpu_used);
}

// In state D until its child calls execve(2) or ends: vfork(2), and posix_spawn(3) by clone(2).
bool waits_for_exec(const thread_facts& thread) {
    const std::string_view call = thread.syscall;
    return call == "vfork" || call == "clone" || call == "clone3";
}

reason uninterruptible(const sighting& of) {
    for (const thread_facts& thread : of.threads) {
        // State D for an instant is any page fault: this one did not move while it was watched.
        if (thread.state == 'D' && thread.turns_seen == 0 && !waits_for_exec(thread)) {
            return name_of(thread) + " " + of.place(thread) + " and cannot be interrupted" +
                   (thread.wait_in.empty() ? "" : " (" + thread.wait_in + ")");
        }
    }
    return {};
}

bool is_write(std::string_view syscall) {
    return syscall == "write" || syscall == "writev" || syscall == "sendfile";
}

reason blocked_on_output(const sighting& of) {
    for (const thread_facts& thread : of.threads) {
        const descriptor* into = of.descriptor_of(thread);
        // One that writes without end also sleeps now and then, but it uses the CPU.
        if (into != nullptr && sleeps(thread) && is_write(thread.syscall) &&
            into->kind == descriptor_kind::pipe && of.around.own_pipes.contains(into->inode) &&
            of.share(thread.cpu_used) < idle_share_max) {
            return name_of(thread) + " " + of.place(thread) + " on fd " +
                   std::to_string(into->number) + ", its output, which the harness did not read";
        }
    }
    return {};
}

reason spinning(const sighting& of) {
    const auto most = std::ranges::max_element(of.threads, {}, &thread_facts::cpu_used);
    const double share = of.share(of.watched.cpu_used);
    if (most == of.threads.end() || share < spinning_share_min) {
        return {};
    }
    const double own = of.share(most->cpu_used);
    std::string text = name_of(*most) + " used " + percent(own) + " of a core " + of.in_time();
    if (share - own > idle_share_max) {
        text += ", " + count_of(of.threads.size(), "thread") + " together " + percent(share);
    }
    return text + " (" + of.place(*most) + ")";
}

bool waits_for_child(const thread_facts& thread, const process_facts& process) {
    const std::string_view call = thread.syscall;
    return thread.thread == process.pid && sleeps(thread) &&
           (call == "wait4" || call == "waitid" || thread.wait_in == "do_wait" ||
            waits_for_exec(thread) ||
            // The way of masters that have nothing else to do, such as nginx's.
            (call == "rt_sigsuspend" && process.threads_count == 1));
}

// The parent's first thread waits, so it can do nothing else: whatever else it holds is what it
// would let go of afterwards. Not so when somebody else holds a client: that is the deeper cause.
reason waiting_for_child(const sighting& of) {
    for (const thread_facts& thread : of.threads) {
        const process_facts* parent = of.process(thread.process);
        if (parent == nullptr || !waits_for_child(thread, *parent)) {
            continue;
        }
        const bool others_hold_clients = std::ranges::any_of(
            of.watched.connections,
            [parent](const held_connection& held) { return held.process != parent->pid; });
        const auto child =
            std::ranges::find(of.seen.processes, parent->pid, &process_facts::parent);
        if (others_hold_clients || child == of.seen.processes.end()) {
            continue;
        }
        const auto first = std::ranges::find(of.threads, child->pid, &thread_facts::thread);
        return name_of(*parent) + " " + of.place(thread) + " for " + name_of(*child) +
               (first == of.threads.end() ? "" : ", which " + of.place(*first));
    }
    return {};
}

// How sure it is that the server should have closed it: higher first.
int clarity_of(const held_connection& held) {
    const bool is_over = held.client && (held.client->half_closed || held.client->closed);
    const bool in_close_wait = held.what.tcp && held.what.tcp->state == tcp_state::close_wait;
    return (in_close_wait ? 4 : 0) + (is_over ? 2 : 0) + (held.what.tcp ? 0 : 1);
}

reason stuck_on_client(const sighting& of) {
    const auto& held = of.watched.connections;
    const auto clearest = std::ranges::max_element(held, {}, clarity_of);
    if (clearest == held.end()) {
        return {};
    }
    std::string text = describe_connection(*clearest);
    for (const thread_facts& thread : of.threads) {
        const descriptor* on = of.descriptor_of(thread);
        if (on != nullptr && on->inode == clearest->what.inode && on->inode != 0) {
            text += "; " + name_of(thread) + " " + of.place(thread) + " on it";
            break;
        }
    }
    return text + (held.size() > 1 ? " (and " + std::to_string(held.size() - 1) + " more)" : "");
}

// A connection that is not a client's, such as one to a data base: only when a thread waits in it.
reason stuck_on_other(const sighting& of) {
    for (const thread_facts& thread : of.threads) {
        const descriptor* on = of.descriptor_of(thread);
        const bool is_poll = thread.syscall.starts_with("epoll") || thread.syscall == "ioctl";
        if (on != nullptr && on->kind == descriptor_kind::tcp_socket && sleeps(thread) &&
            !is_poll) {
            return name_of(thread) + " " + of.place(thread) + " on " + to_text(*on) +
                   ", no client of the harness";
        }
    }
    return {};
}

reason stuck_connection(const sighting& of) {
    reason why = stuck_on_client(of);
    return why ? why : stuck_on_other(of);
}

std::string still_listening(const sighting& of) {
    for (const process_facts& process : of.seen.processes) {
        for (const descriptor& held : process.descriptors) {
            if (held.kind == descriptor_kind::tcp_listener && held.tcp) {
                return ", still listens on " + to_text(held.tcp->local);
            }
        }
    }
    return "";
}

reason lost_wakeup(const sighting& of) {
    const bool all_sleep = std::ranges::all_of(of.threads, sleeps);
    const bool idle = of.share(of.watched.cpu_used) < idle_share_max;
    const bool all_seen =
        std::ranges::all_of(of.seen.processes, &process_facts::descriptors_readable);
    if (of.threads.empty() || !all_sleep || !idle || !all_seen) {
        return {};
    }
    const std::size_t count = of.threads.size();
    return (count == 1 ? "the only thread sleeps"
                       : "all " + std::to_string(count) + " threads sleep") +
           " (" + describe_places(of.threads, of.watched.stacks) + "), no client is connected" +
           still_listening(of) + ", " + of.cpu_text();
}

struct rule {
    hang_cause cause;
    reason (*applies)(const sighting&);
};

// Several may apply at once. The first wins:
//  - What stands still by force comes first: a process that is stopped, or that the machine does
//    not let run, shows signs of everything below it.
//  - A thread in the kernel cannot be woken, and all that wait for it merely seem to sleep; so can
//    one that waits for the harness to read its log, perhaps with the log's lock held.
//  - Who uses a core is not waiting for a client, even if it has some.
//  - Who waits for a child does so before it would see to its clients.
//  - Only when nobody is connected does it matter that all sleep.
constexpr rule rules[] = {
    {hang_cause::stopped, stopped},
    {hang_cause::starved, starved},
    {hang_cause::uninterruptible, uninterruptible},
    {hang_cause::blocked_on_output, blocked_on_output},
    {hang_cause::spinning, spinning},
    {hang_cause::waiting_for_child, waiting_for_child},
    {hang_cause::stuck_connection, stuck_connection},
    {hang_cause::lost_wakeup, lost_wakeup},
};

std::string unknown(const sighting& of) {
    if (of.threads.empty()) {
        return "no thread of it could be seen";
    }
    for (const process_facts& process : of.seen.processes) {
        if (!process.descriptors_readable) {
            return "the kernel hides the descriptors of " + name_of(process) +
                   "; threads: " + describe_places(of.threads, of.watched.stacks) + ", " +
                   of.cpu_text();
        }
    }
    return count_of(of.threads.size(), "thread") + ": " +
           describe_places(of.threads, of.watched.stacks) + "; " + of.cpu_text();
}

std::string spoken(hang_cause cause) {
    std::string words(to_text(cause));
    std::ranges::replace(words, '_', ' ');
    return words;
}

}  // namespace

std::string_view to_text(hang_cause cause) {
    constexpr std::array<std::string_view, 9> words{
        "unknown",           "lost_wakeup",     "stuck_connection",  "spinning", "starved",
        "blocked_on_output", "uninterruptible", "waiting_for_child", "stopped"};
    return words.at(static_cast<std::size_t>(cause));
}

hang_judgement judge_hang(const census& seen, const hang_record& watched,
                          const hang_surroundings& around) {
    sighting of{seen, watched, around, watched.threads};
    std::erase_if(of.threads, [](const thread_facts& thread) { return thread.state == 'Z'; });
    for (const rule& candidate : rules) {
        if (const reason why = candidate.applies(of)) {
            return {candidate.cause, spoken(candidate.cause) + ": " + *why};
        }
    }
    return {hang_cause::unknown, spoken(hang_cause::unknown) + ": " + unknown(of)};
}

}  // namespace stormdrain
