#pragma once
// What one cycle did and saw: a plain value, complete, the only thing checks and reports look at.

#include "faults/held_condition.hpp"
#include "faults/injection.hpp"
#include "harness/base/seed.hpp"
#include "harness/base/time.hpp"
#include "harness/cycle/hang_record.hpp"
#include "harness/cycle/link_record.hpp"
#include "harness/load/ledger.hpp"
#include "harness/net/connection_log.hpp"
#include "harness/origin/origin_record.hpp"
#include "harness/process/census/census.hpp"
#include "harness/process/census/residue.hpp"
#include "harness/process/exits/exit_status.hpp"
#include "harness/process/exits/process_end.hpp"
#include "harness/process/output/output_sink.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

enum class cycle_phase {
    preparing,
    starting,
    warming,
    loading,
    quiescing,
    stopping,
    examining,
    done,
};

std::string_view to_text(cycle_phase phase);

struct start_record {
    std::optional<since_start> launched;   // exec succeeded
    std::optional<since_start> listening;  // every port has a LISTEN socket of the tree
    std::optional<since_start> served;     // one request was answered as the route says
    std::string failure;                   // why it never got there; empty: it did
    // The user's or the machine's fault (missing binary, port of another process), not the
    // server's.
    bool blame_is_elsewhere = false;
    since_start deadline{};
};

// What one process of the tree held when it ended.
struct exit_census {
    since_start at{};
    exit_witness seen_by = exit_witness::none;
    exit_status status;
    process_facts held;
};

// One connection that the server held at a certain instant.
struct held_at {
    connection_row client;
    tcp_state server_state = tcp_state::established;
    bool accepted = true;                // false: it still waits in the listener's queue
    std::uint32_t send_queue_bytes = 0;  // what its client has not acknowledged
    std::uint32_t receive_queue_bytes = 0;
};

// All of them, at one instant.
struct connections_held_at {
    static constexpr std::size_t rows_max = 64;  // kept, those of faults first; all are counted

    since_start at{};
    std::uint64_t count = 0;
    std::vector<held_at> rows;
};

struct stop_escalation {
    std::string signal;
    since_start at{};
};

struct stop_record {
    std::string mode;
    std::string moment;
    bool moment_reached = true;                // false: the load ended without such a moment
    std::string trigger;                       // "SIGTERM", "GET /shutdown"
    std::optional<since_start> triggered;      // T0
    std::string trigger_failure;               // the trigger could not be delivered
    std::optional<since_start> listener_gone;  // TL
    std::optional<since_start> finished;       // TE: exit, or (in_process) the new listener
    std::vector<held_condition> held;          // what clients and faults held at T0
    std::optional<since_start> quit_asked;     // in_process: when the process itself had to end
    std::optional<since_start> released;       // when the harness let go of it
    std::optional<since_start> asked_again;    // when it sent a second signal that is required
    duration promised{};
    held_condition worst = held_condition::none;
    since_start deadline{};                    // when it had to be finished
    std::vector<stop_escalation> escalations;  // what the harness had to do after the deadline
    std::optional<census> at_deadline;         // what it held when the deadline passed
    std::vector<connection_row> behind;        // our connections behind those sockets
    std::optional<hang_record> hang;           // why it did not stop, as seen at the deadline
    std::uint32_t extensions_count = 0;        // how often a starved server was given more time
    // What it held at T0, and at TL. The moment last_close leaves no time to look: there the look
    // was taken before the last request.
    std::optional<connections_held_at> held_before_trigger;
    std::optional<connections_held_at> held_at_trigger;
    std::optional<connections_held_at> held_at_listener_gone;
};

// How the exit was watched, what every process of the tree held at its end, and our connections
// behind those sockets.
struct exit_record {
    exit_witness witness = exit_witness::none;
    std::string weaker_because;  // why nothing better was used; empty: it is the best there is
    std::vector<exit_census> ends;
    std::vector<connection_row> behind;
};

// A second start in the same folder and on the same ports: the proof that nothing is in the way.
struct restart_record {
    start_record start;
    std::optional<exit_status> exit;  // of the second process, when it ended by itself
};

struct port_record {
    std::string name;
    std::uint16_t number = 0;  // 0: a UNIX socket
    bool bindable = true;      // after the exit, with SO_REUSEADDR; a path: nobody listens there
    // Without it: connections that the server closed first keep the port in TIME_WAIT.
    bool bindable_without_reuse = true;
    std::string holder;        // who still listens: "server_child (pid 123)"
    bool passed_down = false;  // the harness made its listening socket (LISTEN_FDS)
};

// The listening sockets of one port, several (SO_REUSEPORT) taken together, from when the server
// was ready until the load was over.
struct listener_record {
    std::string name;  // the target's name of the port
    std::uint16_t number = 0;
    std::uint32_t sockets_count = 0;  // 0: it did not listen any more
    std::uint32_t backlog = 0;        // what the kernel made of listen(2)'s; of several, the least
    std::uint32_t backlog_max = 0;    // net.core.somaxconn, which caps it; 0: not readable
    std::uint64_t dropped_count = 0;  // SYNs and ACKs for which the queue had no room
    std::uint32_t queue_length_max = 0;  // seen; a full queue holds one more than the backlog
};

// The descriptors at rest are compared with those before the load: same process, same state.
struct rest_record {
    std::optional<census> baseline;  // warmed up, no connection open
    std::optional<census> at_rest;   // after the load, no connection open
    bool settled = false;            // the server let go of all connections before the deadline
    duration waited{};
    // Every connection of ours behind a socket that the server still holds.
    std::vector<connection_row> behind;
    std::vector<upstream_row> upstream;   // of those to origins: held, and ended by the origin
    std::uint64_t connections_count = 0;  // opened by the harness since the baseline
};

struct output_record {
    output_sink sink = output_sink::pipe;
    std::string path;
    std::uint64_t total_bytes = 0;
    std::uint64_t dropped_bytes = 0;
    std::string tail;
    std::vector<std::string> alarms;  // lines with a sanitizer's or a panic's words
};

// The second in which a server had least of the CPU that it asked for: what its worst thread waited
// for, ready to run, and what all its threads ran.
struct cpu_want {
    duration waited{};
    duration ran{};
    duration within{};
    unsigned processors = 1;
    // A server that keeps the machine busy itself has its threads wait for each other: its own
    // share of the machine is taken off.
    duration kept_from_it() const { return waited - ran / processors; }
    bool operator==(const cpu_want&) const = default;
};

struct harness_health {
    duration canary_slip_max{};           // how late a 10 ms timer fired, at worst
    std::optional<cpu_want> server_want;  // empty: the cycle was too short to tell
    std::string failure;                  // the harness itself failed: nothing can be judged
};

struct timeline_event {
    since_start at{};
    std::string what;
};

struct cycle_identity {
    std::string target;
    std::string suite;
    std::string scenario;
    std::uint32_t index = 0;
    seed cycle_seed = 0;
    std::uint32_t attempt = 0;  // repeated when it could not be judged
    // in_process: which process of this scenario it ran in; rest points compare within one.
    std::uint32_t process_number = 0;
    std::uint64_t plan_hash = 0;  // of all that the cycle was to do
};

struct cycle_record {
    cycle_identity id;
    cycle_phase reached = cycle_phase::preparing;
    duration total{};
    bool in_process = false;
    pid_t server_pid = 0;
    start_record start;
    bool has_load = false;
    bool is_scripted = false;  // its requests are scripts on raw TCP, and no HTTP
    request_tally requests;
    std::vector<fault_record> faults;
    std::vector<listener_record> listeners;  // empty: the stop left no time to look
    std::vector<origin_record> origins;      // of a proxy
    path_record path;                        // what links did in it
    rest_record rest;
    stop_record stop;
    std::optional<exit_status> exit;  // process lifecycle, or the process ended by itself
    std::optional<since_start> exited;
    duration server_cpu{};
    exit_record at_exit;
    std::optional<restart_record> restart;
    residue_record residue;
    std::vector<process_facts> orphans;  // alive two seconds after the exit
    std::vector<port_record> ports;
    output_record output;
    harness_health health;
    std::vector<timeline_event> timeline;
    static constexpr std::size_t timeline_events_max = 200;
};

}  // namespace stormdrain
