#include "harness/checks/check.hpp"
#include "harness/checks/evidence.hpp"
#include "harness/checks/rules/backlog_retry.hpp"
#include "harness/load/syn_retries.hpp"

#include <algorithm>
#include <utility>

namespace stormdrain::checks {
namespace {

std::string name_of(const listener_record& listener) {
    return "port " + listener.name + " (" + std::to_string(listener.number) + ")";
}

// With what the kernel made of it, when that is the reason.
std::string backlog_of(const listener_record& listener) {
    std::string text = "backlog " + std::to_string(listener.backlog);
    if (listener.backlog_max != 0 && listener.backlog >= listener.backlog_max) {
        text += " (net.core.somaxconn, which caps listen(2))";
    }
    return text;
}

std::string describe(const listener_record& listener) {
    std::string text = name_of(listener) + ": " + std::to_string(listener.dropped_count) +
                       " dropped, " + counted(listener.sockets_count, "listening socket") + ", " +
                       backlog_of(listener) + ", at most " +
                       std::to_string(listener.queue_length_max) + " seen waiting";
    if (listener.backlog < listener.backlog_max) {
        text += "; net.core.somaxconn would allow " + std::to_string(listener.backlog_max);
    }
    return text;
}

std::string expected_text(std::uint64_t dropped_max) {
    return dropped_max == 0
               ? "expected no connect to be dropped"
               : "expected at most " + std::to_string(dropped_max) + " drops of connects";
}

// A listener counts everything that it discards, also the ACKs that TCP_DEFER_ACCEPT ignores until
// data comes (tcp(7)). Where its queue was short of room, it was seen full, or some connect had to
// try again.
bool any_queue_was_full(const cycle_record& record) {
    return std::ranges::any_of(record.listeners,
                               [](const listener_record& listener) {
                                   return listener.dropped_count > 0 &&
                                          listener.queue_length_max >= listener.backlog;
                               }) ||
           !syn_retry_steps(record.requests.connect_time).empty();
}

bool is_short(const listener_record& listener, const std::optional<std::uint32_t>& declared) {
    return declared && listener.sockets_count > 0 &&
           rules::is_shorter_than_declared({listener.backlog, listener.backlog_max}, *declared);
}

// R20: whose queue is as long as it is said to be may drop what does not fit.
bool is_as_declared(const listener_record& listener, const std::optional<std::uint32_t>& declared) {
    return declared && listener.sockets_count > 0 && !is_short(listener, declared);
}

judgement broken_by_length(const listener_record& listener, std::uint32_t declared) {
    return broken("promised a backlog of " + std::to_string(declared) + ": " + name_of(listener) +
                      " has " + backlog_of(listener),
                  {describe(listener)});
}

judgement examine_drops(const cycle_record& record, const promises& promised) {
    // R20: the client's kernel tries again, so that a drop by itself is legal.
    if (!promised.expected.dropped_connections_max) {
        return not_applicable("the scenario does not say how many connects may be dropped");
    }
    if (record.listeners.empty()) {
        return not_applicable("the stop left no time to look at the listeners");
    }
    std::uint64_t dropped_count = 0;
    for (const listener_record& listener : record.listeners) {
        const bool is_excused = is_as_declared(listener, promised.while_running.backlog);
        dropped_count += is_excused ? 0 : listener.dropped_count;
    }
    if (dropped_count <= *promised.expected.dropped_connections_max) {
        const bool any_gone =
            std::ranges::find(record.listeners, 0U, &listener_record::sockets_count) !=
            record.listeners.end();
        return any_gone ? not_judged("a listener was gone before its drops were counted") : kept();
    }
    if (!any_queue_was_full(record)) {
        return kept();
    }
    const listener_record& worst =
        *std::ranges::max_element(record.listeners, {}, &listener_record::dropped_count);
    std::vector<std::string> evidence;
    std::ranges::transform(record.listeners, std::back_inserter(evidence), describe);
    if (const duration within = record.requests.connects_began_within; within > duration::zero()) {
        evidence.push_back("the first connects of all clients began within " + to_text(within));
    }
    std::string message = expected_text(*promised.expected.dropped_connections_max) + ": " +
                          std::to_string(worst.dropped_count) + " dropped at " + name_of(worst) +
                          ", whose queue was full: " + backlog_of(worst) +
                          and_syn_retries(record.requests.connect_time);
    return broken(std::move(message), std::move(evidence));
}

judgement examine(const cycle_record& record, const promises& promised) {
    const std::optional<std::uint32_t>& declared = promised.while_running.backlog;
    const auto found = std::ranges::find_if(
        record.listeners,
        [&declared](const listener_record& listener) { return is_short(listener, declared); });
    judgement length = not_applicable("the target does not say how long its queues are");
    if (found != record.listeners.end()) {
        length = broken_by_length(*found, *declared);
    } else if (declared && !record.listeners.empty()) {
        length = kept();
    }
    return joined(examine_drops(record, promised), std::move(length));
}

}  // namespace

extern const check accept_overflow;
const check accept_overflow{
    .name = "accept_overflow",
    .summary =
        "A listener's queue is as long as promised, and no more connects find it full than the "
        "scenario expects.",
    .starvation = check::timing::sensitive,
    .examine = examine,
};

}  // namespace stormdrain::checks
