#pragma once
// Two looks at the machine, before a server's start and after its end, and what is new between
// them. Other programs and other cycles run beside it, so nothing is named without proof that the
// server's tree left it: files by their place, all else by what was seen while the tree lived.

#include "harness/process/census/census.hpp"
#include "harness/process/census/residue.hpp"
#include "harness/process/census/shared_memory.hpp"
#include "harness/process/census/sysv_objects.hpp"

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace stormdrain {

class residue_watch {
public:
    struct options {
        std::string own_folder;            // of the cycle alone: what appears in it is the server's
        std::string shared_folder;         // a working folder that others use as well; empty: none
        std::vector<std::string> ignored;  // names in own_folder that the harness writes itself
    };

    // The look before: to be made just before the launch. 0.1 ms in an ordinary folder.
    explicit residue_watch(options chosen);

    // To be called while the tree lives, as often as there is a census: remembers its processes,
    // the shared memory that it has open, and the unix sockets that it listens on.
    void saw(const census& taken);
    // What it has mapped: shm_open(3) is usually followed by mmap(2) and close(2).
    void saw_maps(pid_t pid);

    // The look after, when the tree is gone.
    residue_record look(std::span<const pid_t> tree_pids_ever_seen) const;

private:
    struct known_file {
        file_identity identity;
        // Both: the clock of files moves in steps of several milliseconds on older kernels.
        std::int64_t modified_ns = 0;
        std::int64_t size_bytes = 0;
        bool operator==(const known_file&) const = default;
    };
    static known_file known(const struct stat& facts);

    void saw_unix_sockets(const process_facts& process);
    std::vector<residue_item> left_in_own_folder(const std::set<pid_t>& tree,
                                                 std::string& unseen) const;
    std::vector<residue_item> pid_files_in_shared_folder(const std::set<pid_t>& tree) const;
    std::vector<residue_item> left_sockets() const;
    std::vector<residue_item> left_shared_memory() const;

    options chosen_;
    std::map<std::string, known_file> files_before_;
    std::int64_t began_ns_ = 0;  // CLOCK_REALTIME, as files have it
    bool knows_all_files_ = true;
    std::set<file_identity> shared_memory_before_;
    sysv_objects sysv_before_;
    std::set<pid_t> tree_;
    std::set<file_identity> shared_memory_seen_;
    std::map<std::string, file_identity> sockets_seen_;  // by path, outside own_folder
};

}  // namespace stormdrain
