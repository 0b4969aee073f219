#pragma once
// What a target promises in one stop mode. Checks judge against it and nothing else; an empty
// contract holds the defaults that any server should keep.

#include "faults/held_condition.hpp"
#include "harness/base/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

enum class in_flight_promise { complete, truncate };
enum class listener_promise {
    close_at_once,  // refuses connects soon after the stop
    at_exit,        // keeps the socket open until the process ends (gunicorn sync)
    lame_duck,      // goes on accepting while draining (Envoy)
};
enum class half_close_promise { respond, close };
// Of the clients' connections, when a process of the server ends.
enum class connections_promise {
    closed,    // it has closed them all itself
    any_open,  // those still in use may be left to the kernel, finished ones may not
};

// Of connections that are idle when the stop comes.
enum class idle_promise {
    close_now,     // closed at once, whatever else holds the stop
    wait_timeout,  // closed when they have been idle for keep_alive_timeout (h2o)
    keep,          // open as long as the client likes
};
// Of connections whose last request is answered behind the stop.
enum class becomes_idle_promise {
    close,  // closed behind that answer
    wait,   // as any idle connection (node before 19, HAProxy)
};
// Of tunnels: connections that were upgraded to another protocol.
enum class upgrade_promise {
    close,   // ended in an orderly way
    wait,    // as long as the client likes (Go's hijacked connections)
    abrupt,  // cut
};
// What a stop says on HTTP/2 connections, before it closes them (RFC 9113 section 6.8).
enum class goaway_promise {
    in_two_steps,  // a GOAWAY that refuses no stream, and after a round trip the one that counts
    once,          // the one that counts: streams above it were sent in vain, and are not processed
    none,
};
// What the stop signal means when it comes again while the server stops.
enum class second_signal_promise {
    ignored,   // nothing
    force,     // at once, whatever is held
    required,  // the first only begins to drain
};

// When an exit is legal that is none otherwise.
enum class exit_circumstance {
    connections_open,  // the stop found connections open (lighttpd: 1)
    starting,          // the stop came before the server served
};

// One exit that is legal: by code, or by a signal's number.
struct legal_exit {
    enum class kind { code, signal } how = kind::code;
    int number = 0;
    std::vector<exit_circumstance> only_while = {};  // any of these; empty: always
    bool operator==(const legal_exit&) const = default;
};

// "unbounded": the server has no timeout for the condition. Then the harness lets go of the held
// connections `release_after` the stop and demands the exit from there on (verdict rule R17).
struct exit_promise {
    std::optional<duration> within;  // empty: unbounded
    bool operator==(const exit_promise&) const = default;
};

struct contract {
    duration exit_within = std::chrono::seconds(10);  // nothing held, all clients gone
    // Conditions with a promise of their own; the others have that of the less particular one, or
    // exit_within.
    std::map<held_condition, exit_promise> exit_within_while;
    in_flight_promise in_flight = in_flight_promise::complete;
    listener_promise listener = listener_promise::at_exit;
    half_close_promise half_close = half_close_promise::close;
    std::vector<legal_exit> exit_status{legal_exit{}};
    std::vector<int> drain_statuses;  // e.g. 503, legal after the stop
    bool drains_backlog = false;      // serves what was queued unaccepted at the stop
    connections_promise connections_at_exit = connections_promise::any_open;
    // Also legal once a second stop signal was sent, beside those of exit_status; empty: any but a
    // crash, for to many servers it means "at once".
    std::optional<std::vector<legal_exit>> exit_status_after_second_signal;
    // What each of these says of deadlines the reader has put into exit_within_while.
    std::optional<idle_promise> idle_keep_alive;
    std::optional<becomes_idle_promise> becomes_idle;
    std::optional<upgrade_promise> upgrade;
    // Empty: once, and none where what is in flight may be cut.
    std::optional<goaway_promise> goaway;
    // The code of the Close frame that a WebSocket hears at the stop (RFC 6455 7.4); empty: it is
    // not said.
    std::optional<std::uint16_t> websocket_close;
    // Answers that are begun behind the stop say `Connection: close`.
    bool announces_close = false;
    // Empty: it is not said, and the server may end at once or take no notice.
    std::optional<second_signal_promise> second_signal;
    // Who measured it, as long as nobody has confirmed it; empty: a person answers for it.
    std::string unconfirmed;
    bool operator==(const contract&) const = default;
};

// What a server does that has no descriptor left for another connection.
enum class descriptor_limit_promise {
    pause,  // it waits until one is free
    spin,   // it asks again and again, which takes a core, and is known
    exit,   // it ends, and is started anew by somebody else
};

// Promises that hold in every stop mode, and while the server runs.
struct running_contract {
    duration start_within = std::chrono::seconds(10);
    // From our close (or reset) of a connection to the server's release of its descriptor.
    duration release_within = std::chrono::seconds(10);
    // A TLS handshake that does not go on is ended within this.
    std::optional<duration> handshake_timeout;
    // A request that is not whole by then, counted from its first byte, is ended: by 408, FIN or
    // RST.
    std::optional<duration> request_timeout;
    std::optional<duration> keep_alive_timeout;  // idle connections may close around it
    std::optional<std::uint32_t> requests_per_connection_max;  // may close after it
    std::vector<std::string> output_alarms;  // substrings that must not appear in the output
    // What may stay in the working folder: shell patterns (fnmatch(3)) such as "*.log". Empty: it
    // is not said, and sockets and pid files may stay that a start knows how to deal with.
    std::optional<std::vector<std::string>> leaves;
    // A connection reaches it only with its first byte (TCP_DEFER_ACCEPT, tcp(7)).
    bool defer_accept = false;
    std::optional<descriptor_limit_promise> at_descriptor_limit;
    // What it passes to listen(2): connects that find a queue of this length full are not its fault
    // (R20), and a shorter queue is.
    std::optional<std::uint32_t> backlog;
    bool operator==(const running_contract&) const = default;
};

// The time that is added to a promise before it counts as broken: machines are shared (R16).
duration slack_for(duration promised);

// When a stop must be over, and whether the harness must let go of what it holds first.
struct exit_deadline {
    duration promised{};  // of the worst condition that is bounded
    held_condition worst = held_condition::none;
    bool release_first = false;  // some condition is unbounded: release, then count
    duration release_after{};    // from T0
    duration after_stop{};       // from T0 to the verdict: release time, promise and slack
};

inline constexpr duration release_after = std::chrono::seconds(1);

// Idle connections that are promised to be closed at once are closed by then; behind a stop whose
// held connections are let go of, that happens later, so that it can be seen.
inline constexpr duration idle_close_limit = std::chrono::seconds(1);

// `second_signal_after`: from T0, when a second one is sent.
exit_deadline deadline_for(const contract& promises, const std::vector<held_condition>& held,
                           std::optional<duration> second_signal_after = {});

}  // namespace stormdrain
