#include "harness/checks/rules/ownerless_sockets.hpp"

#include "harness/checks/rules/rule.hpp"

namespace stormdrain::rules {

bool is_owned_socket(const descriptor& held) {
    const bool is_in_a_table = held.number >= 0;
    const bool was_orphaned = held.tcp && held.tcp->inode == 0;
    return held.kind == descriptor_kind::tcp_socket && is_in_a_table && !was_orphaned;
}

extern const rule ownerless_sockets;
const rule ownerless_sockets{
    .number = "R10",
    .name = "ownerless_sockets",
    .summary =
        "A socket without an owner (TIME_WAIT, FIN_WAIT, LAST_ACK behind a close, orphans with "
        "unsent data) is no leak: only sockets in the descriptor table of a process count.",
    .source = "tcp(7); proc_pid_fd(5)",
};

}  // namespace stormdrain::rules
