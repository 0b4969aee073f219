#pragma once
// What lies in a folder at one moment, bounded.

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

namespace stormdrain {

struct found_file {
    std::string name;  // relative to the folder
    struct stat facts {};
};

struct folder_listing {
    std::vector<found_file> files;  // without folders: an empty one is in nobody's way
    bool is_complete = true;
};

// With all that lies in folders of it.
folder_listing list_below(const std::string& folder);

// Without what it holds of folders. One that goes away meanwhile, as those of processes do, ends.
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

}  // namespace stormdrain
