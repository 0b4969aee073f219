#pragma once
// Takes a census of a process tree from /proc and sock_diag. Blocking, 0.1 to 50 ms depending on
// the number of descriptors: called between phases only.

#include "harness/process/census/census.hpp"
#include "harness/process/census/process_tree.hpp"
#include "harness/process/census/socket_table.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace stormdrain {

// Processes that end while being read are left out.
census take_census(std::span<const pid_t> pids, socket_table& sockets, since_start now);

// The facts of one process without its descriptors; state 'X' when it is gone.
process_facts read_process(pid_t pid);

// The facts and descriptors of a process that is about to end, read through the thread that ends
// it: the first thread may be gone already, and its descriptors with it. Sockets are looked for at
// these local ports first, because all of a machine's may take 100 ms; without `sockets` they stay
// nameless.
process_facts read_process_end(pid_t process, pid_t thread, socket_table* sockets,
                               std::span<const std::uint16_t> ports);
// The process of a thread; the number itself when it is gone.
pid_t process_of_thread(pid_t thread);

// Whether a process of the list holds the socket with that inode.
enum class ownership {
    none,
    one_of_them,
    hidden,  // nobody is seen with it, and the kernel hides what some of them hold (proc(5), fd)
};
ownership owner_of_socket(std::span<const pid_t> pids, std::uint64_t inode);

}  // namespace stormdrain
