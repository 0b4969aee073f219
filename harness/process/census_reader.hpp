#pragma once
// Takes a census of a process tree from /proc and sock_diag. Blocking, 0.1 to 50 ms depending on
// the number of descriptors: called between phases only.

#include "harness/process/census.hpp"
#include "harness/process/process_tree.hpp"
#include "harness/process/socket_table.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace stormdrain {

// Processes that end while being read are left out.
census take_census(std::span<const pid_t> pids, socket_table& sockets, since_start now);

// The facts of one process without its descriptors; state 'X' when it is gone.
process_facts read_process(pid_t pid);

// The facts and descriptors of a process that is about to end, read through the thread that ends
// it: the first thread may be gone already, and its descriptors with it. Without `sockets` those
// stay nameless.
process_facts read_process_end(pid_t process, pid_t thread, socket_table* sockets);
// The process of a thread; the number itself when it is gone.
pid_t process_of_thread(pid_t thread);

// True when a process of the list holds the socket with that inode.
bool owns_socket(std::span<const pid_t> pids, std::uint64_t inode);

}  // namespace stormdrain
