#pragma once
// POSIX shared memory and named semaphores (shm_overview(7), sem_overview(7)): files of /dev/shm,
// known by their inodes, for a name may be gone or somebody else's by now.

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace stormdrain {

inline constexpr std::string_view shared_memory_folder = "/dev/shm/";

// Device and inode: a file whatever it is called.
using file_identity = std::pair<std::uint64_t, std::uint64_t>;
file_identity identity_of(const struct stat& facts);
// Of what a path leads to; nothing: to nothing.
std::optional<file_identity> identity_behind(const std::string& path);

struct shared_memory_object {
    std::string name;
    std::uint64_t size_bytes = 0;
};

// All that have a name.
std::map<file_identity, shared_memory_object> list_shared_memory();

// What /proc/PID/maps says below /dev/shm, also of files that have lost that name.
std::set<file_identity> shared_memory_in_maps(const std::string& maps);
std::set<file_identity> mapped_shared_memory(pid_t pid);

// Whether any process has it open or mapped; what those of other users have is hidden. To be asked
// only of one that is about to be named: it looks at every process.
bool is_shared_memory_in_use(const file_identity& wanted);

}  // namespace stormdrain
