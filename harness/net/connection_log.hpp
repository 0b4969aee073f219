#pragma once
// Every connection that the harness opens in a cycle, with its source port: a socket that the
// server still holds is mapped back to the client, and the fault, that was behind it.

#include "harness/base/time.hpp"
#include "harness/net/endpoint.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace stormdrain {

using connection_id = std::uint32_t;

// How the connection ended, as its client saw or did it.
enum class connection_end {
    open,              // still open
    closed_by_client,  // we closed in an orderly way
    reset_by_client,   // we sent a RST on purpose
    closed_by_server,  // we read the server's FIN first
    reset_by_server,   // we met ECONNRESET or EPIPE
    not_established,   // refused, or the deadline passed
};

std::string_view to_text(connection_end end);

// The server's end of a connection, as its kernel names it.
struct server_end {
    endpoint local;
    endpoint remote;
    bool operator==(const server_end&) const = default;
};

struct connection_row {
    connection_id id = 0;
    std::string purpose;  // "warm", "load", "fault half_close", "probe"
    std::string port;     // the target's name of the port
    endpoint local;
    endpoint remote;
    // Ours the other way round; through a link the far end of the link's own connection, once it
    // has dialled.
    server_end at_server;
    duration way_up{};  // at most, through a link: what we say may reach the server so much later
    since_start opened{};
    std::optional<since_start> half_closed;  // when we sent our FIN and kept reading
    // When we first saw the server's end of it: FIN, RST, or TLS close_notify.
    std::optional<since_start> server_closed;
    std::optional<since_start> closed;  // when our end was gone
    // When the server let go of its socket: the kernel freed it (sock_diag's destroy events).
    std::optional<since_start> server_released;
    std::uint64_t server_inode = 0;  // of the server's socket, where a fault looked it up
    connection_end end = connection_end::open;
    std::uint32_t requests_count = 0;
};

// Tells of connections that lead through a link which of the link's own go on for them, as far as
// it is known at the instant of the call.
class passage_source {
public:
    struct passage {
        endpoint client;
        endpoint link;
        server_end at_server;
    };
    // Those that were made since the last call, oldest first.
    virtual std::vector<passage> take_passages() = 0;

protected:
    ~passage_source() = default;
};

class connection_log {
public:
    explicit connection_log(const cycle_clock& started) : clock_(started) {}

    // The reference is good until the log dies.
    connection_row& open(std::string purpose, std::string port, endpoint remote);
    // Says which source port the connection got.
    void bound(connection_row& row, endpoint local);
    // Where connections lead through links: who is asked before anything is looked up. It outlives
    // the log.
    void lead_through(passage_source& links) { links_ = &links; }
    // Learns of connections that lead through links and were made since.
    void catch_up();

    // The server's kernel freed that end of a connection: of several one after the other, of the
    // oldest that it had not freed yet.
    void released(const server_end& end, since_start when);

    // The latest connection from that source port, or null.
    const connection_row* find(std::uint16_t local_port) const;
    // The latest connection of ours between the two, or null.
    const connection_row* find_ours(const endpoint& local, const endpoint& remote) const;
    // The latest connection with that end at the server, or null: exact where source ports are
    // shared by several source addresses or destinations.
    const connection_row* find(const server_end& end) const;
    const connection_row& at(connection_id id) const;
    std::size_t size() const { return rows_.size(); }
    // Connections whose descriptor on our side is not closed yet.
    std::size_t open_count() const;
    const cycle_clock& clock() const { return clock_; }

private:
    void passed(const passage_source::passage& made);

    cycle_clock clock_;
    passage_source* links_ = nullptr;
    std::unordered_map<connection_id, connection_row> rows_;
    std::unordered_map<std::uint16_t, std::vector<connection_id>> by_port_;  // ours
    // By the port that the server sees; oldest first.
    std::unordered_map<std::uint16_t, std::vector<connection_id>> by_seen_port_;
};

}  // namespace stormdrain
