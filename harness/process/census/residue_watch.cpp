#include "harness/process/census/residue_watch.hpp"

#include "harness/process/census/folder_listing.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

namespace stormdrain {
namespace {

namespace fs = std::filesystem;

// As sockets name their paths: absolute, and without a slash at the end.
std::string tidied(const std::string& folder) {
    if (folder.empty()) {
        return folder;
    }
    const fs::path path = fs::absolute(folder).lexically_normal();
    return (path.has_filename() ? path : path.parent_path()).string();
}

std::string read_beginning(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(left_file::beginning_bytes_max, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

left_file to_left_file(const std::string& path, std::string name, const struct stat& facts) {
    left_file left;
    left.name = std::move(name);
    left.size_bytes = static_cast<std::uint64_t>(facts.st_size);
    if (S_ISSOCK(facts.st_mode)) {
        left.what = left_file::type::socket;
    } else if (!S_ISREG(facts.st_mode)) {
        left.what = left_file::type::other;
    } else {
        left.beginning = read_beginning(path);
    }
    return left;
}

// Whatever name the folder has in the path.
bool lies_in(const std::string& file, const std::string& folder) {
    std::error_code error;
    const std::filesystem::path real =
        std::filesystem::canonical(std::filesystem::path(file).parent_path(), error);
    const std::filesystem::path wanted = std::filesystem::canonical(folder, error);
    return !error && (real.string() + "/").starts_with(wanted.string() + "/");
}

// A line of /proc/PID/net/unix (proc_pid_net(5)): Num RefCount Protocol Flags Type St Inode Path.
struct unix_row {
    unsigned flags = 0;
    std::uint64_t inode = 0;
    std::string path;  // empty: not bound; with '@': abstract, gone with its last descriptor
};

std::vector<unix_row> read_unix_sockets(const std::string& process) {
    std::ifstream file("/proc/" + process + "/net/unix");
    std::vector<unix_row> rows;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string unused;
        unix_row row;
        words >> unused >> unused >> unused >> std::hex >> row.flags >> unused >> unused >>
            std::dec >> row.inode;
        if (words && std::getline(words >> std::ws, row.path)) {
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

void append(std::vector<residue_item>& to, std::vector<residue_item> more) {
    std::ranges::move(more, std::back_inserter(to));
}

std::int64_t to_ns(const timespec& time) {
    return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

std::int64_t modified_ns_of(const struct stat& facts) {
    return to_ns(facts.st_mtim);
}

// What a file that is written now has for its time: the kernel's clock of files lags behind.
std::int64_t file_clock_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);  // cannot fail: the clock exists
    return to_ns(now);
}

}  // namespace

residue_watch::residue_watch(options chosen)
    : chosen_(std::move(chosen)), began_ns_(file_clock_ns()), sysv_before_(read_sysv_objects()) {
    chosen_.own_folder = tidied(chosen_.own_folder);
    chosen_.shared_folder = tidied(chosen_.shared_folder);
    const folder_listing listing = list_below(chosen_.own_folder);
    knows_all_files_ = listing.is_complete;
    for (const found_file& file : listing.files) {
        files_before_[file.name] = known(file.facts);
    }
    for (const auto& [identity, unused] : list_shared_memory()) {
        shared_memory_before_.insert(identity);
    }
}

residue_watch::known_file residue_watch::known(const struct stat& facts) {
    return {identity_of(facts), modified_ns_of(facts), facts.st_size};
}

void residue_watch::saw(const census& taken) {
    for (const process_facts& process : taken.processes) {
        tree_.insert(process.pid);
        bool has_unix_sockets = false;
        for (const descriptor& held : process.descriptors) {
            has_unix_sockets = has_unix_sockets || held.kind == descriptor_kind::unix_socket;
            if (!held.target.starts_with(shared_memory_folder)) {
                continue;
            }
            // Through the descriptor: its name may be gone, or somebody else's by now.
            const auto identity = identity_behind("/proc/" + std::to_string(process.pid) + "/fd/" +
                                                  std::to_string(held.number));
            if (identity) {
                shared_memory_seen_.insert(*identity);
            }
        }
        if (has_unix_sockets) {
            saw_unix_sockets(process);
        }
    }
}

void residue_watch::saw_unix_sockets(const process_facts& process) {
    constexpr unsigned listens = 0x10000;  // __SO_ACCEPTCON of linux/net.h
    for (const unix_row& row : read_unix_sockets(std::to_string(process.pid))) {
        const bool is_held = std::ranges::any_of(process.descriptors, [&](const descriptor& held) {
            return held.kind == descriptor_kind::unix_socket && held.inode == row.inode;
        });
        struct stat facts {};
        // A relative path means nothing without the folder that was current at the bind(2).
        if (is_held && (row.flags & listens) != 0 && row.path.starts_with('/') &&
            !lies_in(row.path, chosen_.own_folder) && ::lstat(row.path.c_str(), &facts) == 0 &&
            S_ISSOCK(facts.st_mode)) {
            sockets_seen_[row.path] = identity_of(facts);
        }
    }
}

void residue_watch::saw_maps(pid_t pid) {
    tree_.insert(pid);
    shared_memory_seen_.merge(mapped_shared_memory(pid));
}

residue_record residue_watch::look(std::span<const pid_t> tree_pids_ever_seen) const {
    std::set<pid_t> tree = tree_;
    tree.insert(tree_pids_ever_seen.begin(), tree_pids_ever_seen.end());
    residue_record record;
    std::vector<residue_item> items = left_in_own_folder(tree, record.unseen);
    append(items, pid_files_in_shared_folder(tree));
    append(items, left_sockets());
    append(items, left_shared_memory());
    append(items, left_by(tree, sysv_before_, read_sysv_objects()));
    // What is kept of very many should be what is in the way of the next start.
    std::ranges::stable_sort(items, {}, &residue_item::kind);
    record.items_count = items.size();
    items.resize(std::min(items.size(), residue_record::items_max));
    record.items = std::move(items);
    return record;
}

std::vector<residue_item> residue_watch::left_in_own_folder(const std::set<pid_t>& tree,
                                                            std::string& unseen) const {
    std::vector<residue_item> items;
    if (!knows_all_files_) {
        unseen = "the working folder could not be listed whole before the start";
        return items;
    }
    for (const found_file& file : list_below(chosen_.own_folder).files) {
        if (std::ranges::find(chosen_.ignored, file.name) != chosen_.ignored.end()) {
            continue;
        }
        const auto before = files_before_.find(file.name);
        const known_file now = known(file.facts);
        if (before != files_before_.end() && before->second == now) {
            continue;
        }
        const bool was_there =
            before != files_before_.end() && before->second.identity == now.identity;
        residue_item item = to_item(
            to_left_file(chosen_.own_folder + "/" + file.name, file.name, file.facts), tree);
        // A file that was there and was written to is left by whoever made it, unless it tells of
        // a process of the tree.
        if (!was_there || !item.detail.empty()) {
            items.push_back(std::move(item));
        }
    }
    return items;
}

// Whose a file in such a folder is, only its contents can prove.
std::vector<residue_item> residue_watch::pid_files_in_shared_folder(
    const std::set<pid_t>& tree) const {
    std::vector<residue_item> items;
    if (chosen_.shared_folder.empty() || chosen_.shared_folder == chosen_.own_folder) {
        return items;
    }
    for (const fs::path& path : entries_of(chosen_.shared_folder)) {
        struct stat facts {};
        if (::lstat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode) ||
            facts.st_size > static_cast<off_t>(left_file::beginning_bytes_max) ||
            modified_ns_of(facts) < began_ns_) {
            continue;
        }
        residue_item item = to_item(to_left_file(path.string(), path.string(), facts), tree);
        if (!item.detail.empty()) {
            items.push_back(std::move(item));
        }
    }
    return items;
}

std::vector<residue_item> residue_watch::left_sockets() const {
    std::vector<residue_item> items;
    if (sockets_seen_.empty()) {
        return items;
    }
    const std::vector<unix_row> now = read_unix_sockets("self");
    for (const auto& [path, identity] : sockets_seen_) {
        struct stat facts {};
        // Another server may use the same path by now.
        const bool is_bound = std::ranges::find(now, path, &unix_row::path) != now.end();
        if (!is_bound && ::lstat(path.c_str(), &facts) == 0 && identity_of(facts) == identity) {
            items.push_back({residue_kind::unix_socket, path, 0, ""});
        }
    }
    return items;
}

std::vector<residue_item> residue_watch::left_shared_memory() const {
    std::vector<residue_item> items;
    for (const auto& [identity, object] : list_shared_memory()) {
        if (shared_memory_before_.contains(identity) || !shared_memory_seen_.contains(identity) ||
            is_shared_memory_in_use(identity)) {
            continue;
        }
        const bool is_semaphore = object.name.starts_with("sem.");
        items.push_back({is_semaphore ? residue_kind::named_semaphore : residue_kind::shared_memory,
                         object.name, object.size_bytes, ""});
    }
    return items;
}

}  // namespace stormdrain
