#pragma once
// What provably happened when a fault was injected into one connection. Plain values.

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
};

std::string_view to_text(strike_point point);

struct injection {
    connection_id connection = 0;
    // The fault reached the server as intended; `proof` says how we know, or what went wrong.
    bool delivered = false;
    std::string proof;
    since_start struck{};  // when

    // What the server then did, as far as the fault watched.
    std::optional<int> response_status;
    bool response_complete = false;
    std::optional<since_start> server_closed;
    since_start ended{};
};

// All injections of one fault of a scenario in one cycle.
struct fault_record {
    static constexpr std::size_t injections_max = 64;  // kept; all are counted

    std::string kind;
    std::string point;
    std::uint32_t planned_count = 0;
    std::uint32_t delivered_count = 0;
    std::vector<injection> injections;
};

}  // namespace stormdrain
