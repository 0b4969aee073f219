#pragma once
// What checks share that judge how long a server waits for clients that do not go on: each such
// client of a fault is one wait, which the server ends within the time that it promises.

#include "harness/checks/check.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace stormdrain {

// A client that the server waited for, from where it struck.
struct client_wait {
    duration kept_for{};
    // Anything else that ended it tells nothing of a server unless it came too late.
    enum class end { server_ended_it, something_else } ended = end::something_else;
    std::string description;  // "a client that went no further at 1.204 s was kept for 5 s"
};

// Empty: the injection is no wait of the kind that is asked about.
using wait_reader =
    std::function<std::optional<client_wait>(const fault_record&, const injection&)>;

struct wait_promise {
    std::optional<duration> timeout;  // empty: nothing is promised
    std::string_view waits;           // "handshakes that do not go on"
    std::string_view one_wait;        // "a TLS handshake that does not go on"
    std::string_view none_was_long;   // "no handshake stood still"
};

judgement judge_waits(const cycle_record& record, const wait_promise& promised,
                      const wait_reader& read);

// When the server ended it, before its client gave up. The socket is released at the end of every
// connection: what comes after that is no act of the server's.
std::optional<since_start> ended_before_client(const injection& one);

}  // namespace stormdrain
