#pragma once
// What provably happened when a fault was injected into one connection. Plain values.

#include "faults/held_condition.hpp"
#include "harness/base/time.hpp"
#include "harness/net/connection_log.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

// Where in the life of a connection a fault strikes.
enum class strike_point {
    connect,
    handshake,
    request_headers,
    request_body,
    handler,
    response_headers,
    response_body,
    idle,
    // Faults that strike the server's process, not a connection.
    start,       // before it serves
    serving,     // while it serves
    after_stop,  // after it was told to stop
    // Faults that strike behind a proxy.
    origin,
};

std::string_view to_text(strike_point point);
// Not at a connection.
bool strikes_process(strike_point point);
// At none of the harness's own connections to the server.
bool strikes_connection(strike_point point);

// Whether the server was itself again once a fault on its process was over.
struct recovery {
    bool served = false;  // it answered a request on a new connection
    duration took{};      // from the end of the fault to that answer
    std::string failure;  // why not
};

// Something that HTTP/1.1 promises to clients and that a fault insisted on.
struct demand {
    std::string what;     // "3 whole answers to 3 requests in one write"
    std::string section;  // "RFC 9112 section 9.3.2"
    bool met = false;
    std::string seen;  // what came: "1 whole answer, then nothing for 10 s"
    // A server that stops owes it, too, where it promises to complete what is in flight.
    bool holds_at_stop = false;
    since_start decided{};  // when it was known whether it was met
};

struct injection {
    connection_id connection = 0;
    // The fault reached the server as intended; `proof` says how we know, or what went wrong.
    bool delivered = false;
    std::string proof;
    since_start struck{};  // when

    // What the server then did, as far as the fault watched.
    std::optional<int> response_status;
    bool response_complete = false;
    std::optional<bool> close_announced;  // by a response that was whole
    std::optional<since_start> server_closed;
    bool server_reset = false;  // that was a RST
    // When the kernel freed the server's socket: how long it took to let go after the strike.
    std::optional<since_start> server_released;
    since_start ended{};
    // When the last byte of a request that was sent slowly was on its way.
    std::optional<since_start> request_whole;
    // The connection persisted after a whole answer and was left alone from then on.
    std::optional<since_start> idle_since;
    std::optional<demand> demanded;
    std::optional<recovery> after;  // faults on the process
    // Faults on the process: of one core, while the fault stood and nothing was asked.
    std::optional<double> cpu_share;
    bool unavailable = false;  // not delivered, for want of a mechanism; `proof` says which
    bool overtaken = false;    // not delivered, because the stop did its work first
    // Its last look showed the server's end in SYN_RECV behind a connect that succeeded: the kernel
    // kept it from the server (tcp(7), TCP_DEFER_ACCEPT).
    bool held_back = false;
};

// All injections of one fault of a scenario in one cycle.
struct fault_record {
    static constexpr std::size_t injections_max = 64;  // kept; all are counted

    std::string kind;
    std::string settings;  // of its own keys, all that held, as JSON
    std::string point;
    std::uint32_t planned_count = 0;
    std::uint32_t delivered_count = 0;
    std::vector<injection> injections;
    // Requests may fail while it stands: the server could not do better.
    bool disturbs_requests = false;
    bool ends_the_server = false;  // the harness killed it, on purpose
    std::uint32_t unavailable_count = 0;
    std::uint32_t held_back_count = 0;  // of those that were not delivered
    std::uint32_t overtaken_count = 0;  // by the stop, and not among the planned ones
    bool strikes_process = false;       // the server's process, not a connection
    // What the stop was to find standing on each of its connections.
    held_condition holds = held_condition::none;
};

}  // namespace stormdrain
