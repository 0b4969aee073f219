#pragma once
// Tells when the kernel freed a TCP socket: sock_diag's destroy events, which say for any server
// when it let go of a connection. Unprivileged. Reading only; release_watch does the waiting.

#include "harness/base/time.hpp"
#include "harness/net/connection_log.hpp"
#include "harness/net/endpoint.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace stormdrain {

struct destroyed_socket {
    endpoint local;
    endpoint remote;
    time_point at;  // when it was read: the kernel sends no time with it
};

class socket_events {
public:
    // Of sockets with one of these local ports: the server's ends. Throws environment_error where
    // the kernel refuses.
    explicit socket_events(std::span<const std::uint16_t> local_ports);

    // Readable when there is something to take.
    int descriptor() const { return socket_.get(); }
    // Everything there is, oldest first. Does not wait.
    std::vector<destroyed_socket> read_available();
    // How often the kernel had to drop events because nobody read them in time: from then on a
    // connection without one may have been let go of all the same.
    std::uint64_t lost_count() const { return lost_count_; }

private:
    owned_descriptor socket_;
    std::vector<std::uint16_t> local_ports_;
    std::uint64_t lost_count_ = 0;
};

// Notes it at the client's connection that the socket served, if that is one of ours.
void apply(const destroyed_socket& gone, connection_log& log);

}  // namespace stormdrain
