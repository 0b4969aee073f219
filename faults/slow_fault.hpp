#pragma once
// What all faults share whose clients go slowly through one request, in what they say or in what
// they take. A kind derives from slow_fault and decides on values; sockets, pauses, deadlines and
// records are its crowd's (slow_crowd.hpp).

#include "faults/crowd.hpp"
#include "faults/fault.hpp"
#include "harness/net/http_exchange.hpp"
#include "harness/process/census/census.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct slow_settings {
    enum class slow_in { sending, reading };

    std::string_view kind;
    slow_in what = slow_in::sending;
    held_condition holds = held_condition::none;
    strike_point point = strike_point::request_headers;
    std::string route;
    std::uint64_t chunk_bytes = 1;
    duration every{};                         // between two chunks
    std::optional<int> receive_buffer_bytes;  // set before connect; empty: the kernel's
};

// How far a client has come.
struct slow_progress {
    std::uint64_t sent_bytes = 0;  // of the request
    std::uint64_t left_bytes = 0;
    std::uint64_t response_bytes = 0;
};

// What a proof says, in numbers: thousands are held, and few are read.
struct slow_proof {
    std::uint64_t moved_bytes = 0;
    std::uint64_t waiting_bytes = 0;
};

// What a look at the server's end of a connection showed.
struct slow_look {
    std::optional<slow_proof> proof = {};  // it is struck
    std::string why_not = {};              // empty: what was noted before stays
};

class slow_fault : public fault, public crowd_fault {
public:
    explicit slow_fault(slow_settings manner) : manner_(std::move(manner)) {}

    held_condition holds() const final { return manner_.holds; }
    strike_point point() const final { return manner_.point; }
    std::vector<std::string> needed_routes() const final { return {manner_.route}; }
    // A crowd of one.
    boost::asio::awaitable<injection> inject(fault_context& context) const final;
    boost::asio::awaitable<void> inject_all(crowd& wanted) const final;

    const slow_settings& manner() const { return manner_; }

    // Why the route's request cannot be made slowly; empty: it can.
    virtual std::string why_unfit(const rendered_request& /*request*/) const { return {}; }
    // Behind each chunk, until it is struck; `server` is the server's end of the connection.
    virtual slow_look look_at(const slow_progress& client,
                              const std::optional<tcp_socket_facts>& server) const = 0;
    virtual std::string describe(const slow_proof& proof) const = 0;
    // Why it was not struck before its exchange ended like this; empty: what was noted before.
    virtual std::string why_missed(const exchange_report& /*ended*/) const { return {}; }

private:
    slow_settings manner_;
};

}  // namespace stormdrain
