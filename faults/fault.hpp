#pragma once
// A kind of misbehaviour. One file each: `faults/half_close.cpp` defines
//     extern const fault_kind half_close;
// and is found by name as the JSON kind "half_close". A fault is immutable data; inject() is one
// connection's worth of it, bounded by the context's deadline, cancellable, and ends with proof.

#include "faults/held_condition.hpp"
#include "faults/injection.hpp"
#include "harness/base/gate.hpp"
#include "harness/base/seed.hpp"
#include "harness/net/connector.hpp"
#include "harness/net/http_request.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

class object_reader;
class origin_set;
class output_capture;
class server_process;

// Routes of the target by the names that scenarios use.
using route_table = std::map<std::string, route, std::less<>>;

// Longer than any server needs to answer what a fault asks before it stands; without it a server
// that hangs would hold back the stop until the cycle's deadline, which may be an hour away.
inline constexpr duration standing_limit = std::chrono::seconds(20);

// How the scenario's stop mode asks for the stop, for faults that ask again.
struct stop_signal {
    int number = 0;  // 0: not by a signal
};

// What a fault is lent for one connection.
struct fault_context {
    connector& connections;
    const route_table& routes;
    const cycle_clock& clock;
    gate& released;        // opened when held connections must end: close and return
    random_source random;  // seeded for this slot
    time_point deadline;   // inject() returns before it
    std::function<void()> on_in_place = {};
    duration stands_within = standing_limit;  // or it is not delivered
    // Opens when the stop is triggered, for faults that stand until then and strike at it; null in
    // tests of those that do not.
    gate* stop_begins = nullptr;
    // For faults on the process; null in tests of those on connections.
    server_process* process = nullptr;
    output_capture* output = nullptr;
    stop_signal stop = {};
    origin_set* origins = nullptr;  // for faults at an origin; null: the target has none

    // Tells the runner that the condition stands: it waits for all before it triggers the stop.
    // To be called at most once, right after delivery.
    void in_place() const {
        if (on_in_place) {
            on_in_place();
        }
    }
};

class fault {
public:
    virtual ~fault() = default;
    // What inject() leaves standing until `released` opens; none: it is over when it returns.
    virtual held_condition holds() const = 0;
    virtual strike_point point() const = 0;
    // Names of routes that the target must have, e.g. "large".
    virtual std::vector<std::string> needed_routes() const = 0;
    // The port must speak HTTP: what it does, or what it demands, is of no other protocol.
    virtual bool needs_http() const { return false; }
    // The port must speak HTTP/2 as well.
    virtual bool needs_http2() const { return false; }
    // The port must speak TLS.
    virtual bool needs_tls() const { return false; }
    // The port must be one of TCP: what it does, or how that is proved, has no like on a UNIX
    // socket, which knows no RST, no window and nothing that is on its way.
    virtual bool needs_tcp() const { return false; }
    // The origin that the target must have, for faults there; an empty name: any.
    virtual std::optional<std::string> needed_origin() const { return std::nullopt; }
    // It stands until it is released, and the stop is to find it so.
    virtual bool stands_until_released() const {
        return holds() != held_condition::none || strikes_at_stop();
    }
    // It stands ready and strikes when the stop begins (fault_context::stop_begins).
    virtual bool strikes_at_stop() const { return false; }
    // The same at once, and it is awaited: the server is told right behind the strike, because who
    // hears of the stop first may be done with its connections within a tenth of a millisecond.
    virtual bool strikes_ahead_of_signal() const { return false; }
    // Requests of others may fail while it stands, and are excused (verdict rules R3, R6, R20).
    virtual bool disturbs_requests() const { return false; }
    // It ends the server, on purpose: the exit is the harness's doing.
    virtual bool ends_the_server() const { return false; }
    // It asks for the stop once more, this long after the first time.
    virtual std::optional<duration> stops_again_after() const { return std::nullopt; }
    // The server has to be launched so that its accept(2) can be made to fail.
    virtual bool needs_accept_trap() const { return false; }
    // One connection. Failures of the peer, and of the machine, are data; only cancellation throws:
    // operation_aborted.
    virtual boost::asio::awaitable<injection> inject(fault_context& context) const = 0;
};

struct fault_kind {
    std::string_view name;     // equals the file's
    std::string_view summary;  // one sentence: what the server sees
    // Reads the kind's own keys (`at`, ...); errors go to the reader's problem list.
    std::unique_ptr<const fault> (*read)(object_reader& keys);
    // What of the machine it is not delivered without; empty: nothing but sockets.
    std::string_view mechanism = {};
};

// Every fault there is, by file name; made by CMake.
std::span<const fault_kind* const> fault_catalogue();
// Null when there is none of that name.
const fault_kind* find_fault(std::string_view name);

}  // namespace stormdrain
