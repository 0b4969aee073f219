#pragma once
// What a server leaves behind on the machine when all its processes are gone: files in its working
// folder, shared memory, System V objects. Plain values, and the rules that tell one kind from
// another; the looks at the machine are in residue_watch.hpp.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

enum class residue_kind {
    unix_socket,  // a socket file: the next bind(2) to that path fails with EADDRINUSE
    pid_file,     // holds nothing but the number of a process of the tree
    lock_file,
    temporary_file,
    other_file,
    shared_memory,       // of shm_open(3): /dev/shm
    named_semaphore,     // of sem_open(3): /dev/shm/sem.*
    sysv_shared_memory,  // ipcs -m
    sysv_semaphore,      // ipcs -s
    sysv_message_queue,  // ipcs -q
};

std::string_view to_text(residue_kind kind);

struct residue_item {
    residue_kind kind = residue_kind::other_file;
    std::string name;  // relative to the folder, below /dev/shm, or "id 32769"
    std::uint64_t size_bytes = 0;
    std::string detail;  // "holds 4711, the number of a process of the server"
    bool operator==(const residue_item&) const = default;
};

// As contracts name it: "run/app.sock", "/dev/shm/cache", "sysv_semaphore id 32769".
std::string place_of(const residue_item& item);

struct residue_record {
    static constexpr std::size_t items_max = 64;  // kept; all are counted

    std::vector<residue_item> items;
    std::uint64_t items_count = 0;
    std::string unseen;  // why files could not be attributed to the server; empty: they could
    bool operator==(const residue_record&) const = default;
};

// One file that was not there before the start.
struct left_file {
    // More than a pid file has that holds nothing else.
    static constexpr std::size_t beginning_bytes_max = 32;

    std::string name;  // relative to the folder
    enum class type { regular, socket, other } what = type::regular;
    std::uint64_t size_bytes = 0;
    std::string beginning;  // the first bytes of a regular file
};

// The number that is all the file holds; empty: it holds anything else.
std::optional<pid_t> only_number_in(const left_file& file);

residue_item to_item(const left_file& file, const std::set<pid_t>& tree);

}  // namespace stormdrain
