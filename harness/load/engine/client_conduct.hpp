#pragma once
// How a client of the engine behaves between its requests, and who is told of what it does: an
// attack's (attack_conduct.hpp) asks what is due and counts; a cycle's (cycle_conduct.hpp) thinks,
// heeds the stop, and is in the cycle's records. All is called by the load's one thread.

#include "harness/load/engine/engine_state.hpp"
#include "harness/load/engine/request_ring.hpp"
#include "harness/load/ledger.hpp"
#include "harness/net/connector.hpp"
#include "harness/net/socket_address.hpp"

#include <boost/system/error_code.hpp>

#include <cstdint>
#include <optional>

namespace stormdrain {

// What becomes of a client that has nothing to ask for now.
enum class client_rest {
    waits,   // keeps its connection; somebody will call go_on()
    holds,   // the same, and reads until the server ends the connection
    leaves,  // closes, and is done
};

// Of an answer that went the ordinary way.
struct whole_answer {
    time_point first_byte_received{};
    time_point ended{};
    std::uint64_t response_bytes = 0;  // head and body
    std::uint64_t body_bytes = 0;
};

// What an idle client does with bytes that come, or with the server's end.
enum class idle_reading {
    at_once,
    with_next_request,  // looks at nothing before it has asked again, as any client might
};

class client_conduct {
public:
    virtual ~client_conduct() = default;

    // The next request that it may begin now.
    virtual std::optional<due_request> take(time_point now) = 0;
    virtual void ordinary(ordinary_request answered, const request_under_way& done,
                          const whole_answer& answer) = 0;
    // Whether an ordinary request gets a row, too.
    virtual bool keeps_row_of(const request_under_way& done) const = 0;
    virtual void keep(request_row row) = 0;
    virtual void unusual(request_row row) = 0;

    // Null: the kernel chooses.
    virtual const socket_address* source() const = 0;
    virtual connection_id connect_begins() = 0;
    // Its connection has this socket, before or while it connects.
    virtual void has_socket(int descriptor) = 0;
    virtual void connect_failed(connect_stage stage) = 0;
    // Handshake included.
    virtual void connected() = 0;
    // FIN, RST or TLS' goodbye, wherever it was met.
    virtual void heard_end(boost::system::error_code error) = 0;
    virtual void closed() = 0;

    // Behind take() that gave nothing; once for each go_on() of `client`'s.
    virtual client_rest rest(engine_client& client, time_point now) = 0;
    // The same behind a connect that failed; somebody calls go_on().
    virtual void rest_after_failure(engine_client& client, time_point now) = 0;
    // A listener's queue of UNIX connections is full: tries again with go_on(), or has failed.
    virtual bool waits_for_queue(engine_client& client, time_point now) = 0;
    virtual idle_reading reads_while_idle() const = 0;

    // The request is out and nothing of its answer is here.
    virtual void awaits_first_byte() = 0;
    // A part of its answer is here.
    virtual void is_amid_answer(int descriptor) = 0;
    // Whether the connection is to be left as it is, behind an answer, until go_on() of `client`'s.
    virtual bool lingers(engine_client& client) = 0;
};

}  // namespace stormdrain
