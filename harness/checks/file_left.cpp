#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/rules/death_by_stop_signal.hpp"
#include "harness/checks/traits.hpp"
#include "harness/process/exits/exit_status.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <iterator>

namespace stormdrain::checks {
namespace {

// One or two may belong to what was under way at the stop; more are uploads that nobody deletes.
constexpr std::size_t temporary_files_max = 5;
// Fewer other files are logs and state, however few connections there were.
constexpr std::size_t other_files_max = 5;

using items = std::vector<const residue_item*>;

bool is_excused(const residue_item& item, const running_contract& promised) {
    if (!promised.leaves) {
        return false;
    }
    const std::string place = place_of(item);
    return std::ranges::any_of(*promised.leaves, [&](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), place.c_str(), 0) == 0;  // '*' takes slashes, too
    });
}

items all_of(const residue_record& left, const running_contract& promised,
             bool (*wanted)(const residue_item&)) {
    items found;
    for (const residue_item& item : left.items) {
        if (wanted(item) && !is_excused(item, promised)) {
            found.push_back(&item);
        }
    }
    return found;
}

std::string what_it_is(residue_kind kind) {
    switch (kind) {
        case residue_kind::unix_socket:
            return "unix socket";
        case residue_kind::pid_file:
            return "pid file";
        case residue_kind::lock_file:
            return "lock file";
        case residue_kind::temporary_file:
            return "temporary file";
        case residue_kind::other_file:
            return "file";
        case residue_kind::shared_memory:
            return "shared memory";
        case residue_kind::named_semaphore:
            return "semaphore";
        case residue_kind::sysv_shared_memory:
        case residue_kind::sysv_semaphore:
        case residue_kind::sysv_message_queue:
            return "System V object";
    }
    return "file";
}

// "unix socket app.sock, the next bind(2) to it fails with EADDRINUSE"
std::string describe(const residue_item& item) {
    std::string text = what_it_is(item.kind) + " " + place_of(item);
    if (item.kind == residue_kind::unix_socket) {
        text += ", the next bind(2) to it fails with EADDRINUSE";
    }
    return text + (item.detail.empty() ? "" : ", " + item.detail);
}

std::vector<std::string> describe(const items& left) {
    std::vector<std::string> lines;
    for (const residue_item* item : left) {
        add_bounded(lines, describe(*item));
    }
    return lines;
}

// Lost until the machine is started again, or somebody sees to it.
bool outlives_processes(const residue_item& item) {
    return item.kind != residue_kind::lock_file && item.kind != residue_kind::temporary_file &&
           item.kind != residue_kind::other_file;
}

// Many servers unlink the socket of their predecessor before they bind, and read its pid file to
// see that it is gone. Only those that do not are stopped by them: start_failed.
bool is_dealt_with_at_start(const residue_item& item) {
    return item.kind == residue_kind::unix_socket || item.kind == residue_kind::pid_file;
}

bool is_lost(const residue_item& item) {
    return outlives_processes(item) && !is_dealt_with_at_start(item);
}

bool is_temporary(const residue_item& item) {
    return item.kind == residue_kind::temporary_file;
}

// A lock that is taken with flock(2) stays behind free, and rightly: who deletes it lets two in.
// One with a pid in it may be of the kind whose mere existence locks.
bool is_lock_with_pid(const residue_item& item) {
    return item.kind == residue_kind::lock_file && !item.detail.empty();
}

bool is_other(const residue_item& item) {
    return item.kind == residue_kind::other_file;
}

// Stops of an in_process target are restarts: its process ends when it is asked to quit.
bool ended_by_itself(const cycle_record& record) {
    const auto asked = record.in_process ? record.stop.quit_asked : record.stop.triggered;
    return !asked || (record.exited && *record.exited < *asked);
}

// By a signal that is neither the stop's nor promised. Who crashes cannot clean up.
bool crashed(const cycle_record& record, const contract& promised) {
    const stormdrain::exit_status& status = *record.exit;
    const bool is_promised = std::ranges::any_of(promised.exit_status, [&](const legal_exit& one) {
        return one.how == legal_exit::kind::signal && one.number == status.signal();
    });
    return status.signalled() &&
           (rules::is_crash(status) ||
            (!is_promised && signal_name(status.signal()) != record.stop.trigger &&
             delivered_fault(record, "second_signal") == nullptr));
}

std::optional<judgement> why_not_judged(const cycle_record& record, const promises& promised) {
    if (!record.exit) {
        return record.in_process ? not_applicable("the process goes on after a restart")
                                 : not_judged("the server's exit was not seen");
    }
    if (hindrance_of_start(record) != nullptr && !record.start.failure.empty()) {
        return not_applicable("its start was hindered on purpose, and it ended");
    }
    if (forced_at(record)) {
        return not_judged("the harness killed the server; see shutdown_deadline");
    }
    if (was_killed_on_purpose(record)) {
        return not_applicable("the harness ended the server on purpose; it must start again");
    }
    if (ended_by_itself(record) || crashed(record, promised.at_stop)) {
        return not_judged("the server did not end by its stop; see exit_status");
    }
    const bool somebody_lives = std::ranges::any_of(
        record.orphans,
        [](const process_facts& process) { return process.state != 'Z' && process.state != 'X'; });
    if (somebody_lives) {
        return not_judged("a process of the server still lives; see orphan_process");
    }
    if (!record.residue.unseen.empty() && record.residue.items.empty()) {
        return not_judged(record.residue.unseen);
    }
    return {};
}

void add_warnings(judgement& result, std::string message, const items& left) {
    judgement warning = warned(std::move(message), describe(left));
    std::ranges::move(warning.findings, std::back_inserter(result.findings));
}

judgement examine(const cycle_record& record, const promises& promised) {
    if (const auto why = why_not_judged(record, promised)) {
        return *why;
    }
    const running_contract& contract = promised.while_running;
    const bool restart_failed = record.restart && !record.restart->start.failure.empty();
    const bool is_strict = contract.leaves.has_value() || restart_failed;
    items bad = all_of(record.residue, contract, is_strict ? outlives_processes : is_lost);
    // A stop that cuts requests off cuts their clean-up off as well.
    const bool completes = promised.at_stop.in_flight == in_flight_promise::complete;
    const items temporary = completes ? all_of(record.residue, contract, is_temporary) : items();
    const bool too_many = temporary.size() > temporary_files_max;
    std::string first = bad.empty() ? "" : describe(*bad.front());
    if (too_many) {
        bad.insert(bad.end(), temporary.begin(), temporary.end());
        first = first.empty() ? counted(temporary.size(), "temporary file") + ", such as " +
                                    place_of(*temporary.front())
                              : first;
    }
    judgement result =
        bad.empty()
            ? kept()
            : identified_by(broken("promised to leave nothing behind: " + first, describe(bad)),
                            {"left: " + what_it_is(bad.front()->kind)});
    if (!temporary.empty() && !too_many) {
        add_warnings(result,
                     "left " + counted(temporary.size(), "temporary file") + ", such as " +
                         place_of(*temporary.front()),
                     temporary);
    }
    if (const items stale = all_of(record.residue, contract, is_dealt_with_at_start);
        !is_strict && !stale.empty()) {
        add_warnings(result, "left behind: " + describe(*stale.front()), stale);
    }
    if (const items locks = all_of(record.residue, contract, is_lock_with_pid); !locks.empty()) {
        add_warnings(result, "left a lock: " + describe(*locks.front()), locks);
    }
    const items others = all_of(record.residue, contract, is_other);
    const std::uint64_t connections = record.rest.connections_count;
    if (others.size() > other_files_max && connections > 0 && others.size() * 2 >= connections) {
        add_warnings(result,
                     "files pile up with the connections: " + counted(others.size(), "file") +
                         " after " + counted(connections, "connection"),
                     others);
    }
    return result;
}

}  // namespace

extern const check file_left;
const check file_left{
    .name = "file_left",
    .summary =
        "A server that has ended leaves no socket, pid file, shared memory or upload behind.",
    .needs = check::subject::any_server,
    .examine = examine,
};

}  // namespace stormdrain::checks
