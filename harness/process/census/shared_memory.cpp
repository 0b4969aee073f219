#include "harness/process/census/shared_memory.hpp"

#include "harness/process/census/folder_listing.hpp"

#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace stormdrain {

namespace fs = std::filesystem;

namespace {

std::string read_text(const fs::path& path) {
    std::ifstream file(path);
    return std::string(std::istreambuf_iterator<char>(file), {});
}

bool has_open(const fs::path& process, const file_identity& wanted) {
    const std::vector<fs::path> held = entries_of(process / "fd");
    return std::ranges::any_of(
               held,
               [&](const fs::path& one) { return identity_behind(one.string()) == wanted; }) ||
           shared_memory_in_maps(read_text(process / "maps")).contains(wanted);
}

// A line of proc_pid_maps(5): address, permissions, offset, device, inode, path.
std::optional<file_identity> identity_in(const std::string& line) {
    std::istringstream words(line);
    std::string unused;
    std::string device;
    std::uint64_t inode = 0;
    words >> unused >> unused >> unused >> device >> inode;
    unsigned major_number = 0;
    unsigned minor_number = 0;
    const char* const end = device.data() + device.size();
    const auto [colon, error] = std::from_chars(device.data(), end, major_number, 16);
    const bool is_sound = words && error == std::errc() && colon != end &&
                          std::from_chars(colon + 1, end, minor_number, 16).ec == std::errc();
    return is_sound ? std::optional(file_identity(makedev(major_number, minor_number), inode))
                    : std::nullopt;
}

}  // namespace

file_identity identity_of(const struct stat& facts) {
    return {facts.st_dev, facts.st_ino};
}

std::optional<file_identity> identity_behind(const std::string& path) {
    struct stat facts {};
    return ::stat(path.c_str(), &facts) == 0 ? std::optional(identity_of(facts)) : std::nullopt;
}

// What lies in /dev/shm itself: shm_open(3) makes no folders.
std::map<file_identity, shared_memory_object> list_shared_memory() {
    std::map<file_identity, shared_memory_object> objects;
    for (const fs::path& path : entries_of(shared_memory_folder)) {
        struct stat facts {};
        if (::lstat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode)) {
            objects[identity_of(facts)] = {path.filename().string(),
                                           static_cast<std::uint64_t>(facts.st_size)};
        }
    }
    return objects;
}

std::set<file_identity> shared_memory_in_maps(const std::string& maps) {
    std::set<file_identity> found;
    const std::string mark = " " + std::string(shared_memory_folder);
    if (maps.find(mark) == std::string::npos) {
        return found;  // as with most servers: hundreds of lines need not be taken apart
    }
    std::istringstream lines(maps);
    for (std::string line; std::getline(lines, line);) {
        const bool is_shared_memory = line.find(mark) != std::string::npos;
        if (const auto identity = is_shared_memory ? identity_in(line) : std::nullopt) {
            found.insert(*identity);
        }
    }
    return found;
}

std::set<file_identity> mapped_shared_memory(pid_t pid) {
    return shared_memory_in_maps(read_text("/proc/" + std::to_string(pid) + "/maps"));
}

bool is_shared_memory_in_use(const file_identity& wanted) {
    const std::vector<fs::path> processes = entries_of("/proc");
    return std::ranges::any_of(processes, [&](const fs::path& path) {
        const std::string name = path.filename().string();
        return name.find_first_not_of("0123456789") == std::string::npos && has_open(path, wanted);
    });
}

}  // namespace stormdrain
