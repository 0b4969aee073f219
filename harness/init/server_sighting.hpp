#pragma once
// The first start of a server that nobody knows: where its processes listen, or why they do not.

#include "harness/process/census/census.hpp"
#include "harness/process/exits/exit_status.hpp"

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace stormdrain {

// A port on which the server listens, on one address or several.
struct seen_listener {
    std::uint16_t port = 0;
    std::vector<std::string> addresses;
    pid_t pid = 0;  // of the first process that has it open
    std::string command;
    bool operator==(const seen_listener&) const = default;
};

struct server_sighting {
    std::string launch_failure;             // "execve: No such file or directory"; empty: it ran
    std::vector<seen_listener> listeners;   // of its tree, by port
    std::vector<std::uint16_t> foreign;     // asked-for ports where others listen
    std::vector<std::string> unix_sockets;  // on which its tree listens
    std::optional<exit_status> exit;        // of the started process
    std::vector<std::string> survivors;     // "nginx (pid 4711)", when that process has ended
    bool hidden_descriptors = false;        // somebody of the tree, by another user
    std::string output_tail;
    duration until_listening{};
    duration until_exit{};
};

// Listening TCP sockets of a census, each port once.
std::vector<seen_listener> listeners_in(const census& taken);
// Where such a port is dialled, the likeliest first: where it listens on any address, at the
// loopback's. Not empty.
std::vector<std::string> dialled_addresses(const seen_listener& listener);
// The paths on which the tree listens: `table` is the text of /proc/net/unix (proc(5)).
std::vector<std::string> unix_listeners_in(const census& taken, const std::string& table);

// Whether all asked-for ports are among the listeners, and there is one at all.
bool listens_on_all(std::span<const seen_listener> listeners,
                    const std::map<std::string, std::uint16_t>& asked);

// Why no target can be written; the advice follows on further lines. Empty: one can.
std::string why_unusable(const server_sighting& seen,
                         const std::map<std::string, std::uint16_t>& asked);

}  // namespace stormdrain
