#pragma once
// System V objects (sysvipc(7)) and whose they are. They outlive every process and belong to
// nobody; only what the kernel remembers of their use tells who made them. Where that proves
// nothing, no object is named.

#include "harness/process/census/residue.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace stormdrain {

// One line of /proc/sysvipc/{shm,sem,msg}, by the names of its columns (proc_sysvipc(5)).
using sysv_row = std::map<std::string, std::int64_t, std::less<>>;

std::vector<sysv_row> parse_sysvipc(const std::string& text);

struct sysv_objects {
    std::vector<sysv_row> shared_memory;
    std::vector<sysv_row> semaphores;
    std::vector<sysv_row> message_queues;
};

// Empty where /proc/sysvipc is not there.
sysv_objects read_sysv_objects();

// The processes that last used each semaphore of a set (GETPID of semctl(2)); empty: unknown.
using semaphore_users = std::function<std::vector<pid_t>(const sysv_row& set)>;
std::vector<pid_t> last_users_of(const sysv_row& set);

// What is in `now` and was not in `before`, and is provably of the tree.
// Shared memory: a process of the tree created it. Queues and semaphores have no creator: only
// processes of the tree ever used them last, and at least one did.
std::vector<residue_item> left_by(const std::set<pid_t>& tree, const sysv_objects& before,
                                  const sysv_objects& now,
                                  const semaphore_users& users_of = last_users_of);

}  // namespace stormdrain
