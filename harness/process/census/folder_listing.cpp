#include "harness/process/census/folder_listing.hpp"

#include <system_error>
#include <utility>

namespace stormdrain {

namespace fs = std::filesystem;

namespace {

// A folder with more is a data store, and looking through it would take longer than the cycle.
constexpr std::size_t entries_max = 20'000;
constexpr int depth_max = 32;

}  // namespace

folder_listing list_below(const std::string& folder) {
    folder_listing listing;
    std::error_code error;
    fs::recursive_directory_iterator entry(folder, fs::directory_options::skip_permission_denied,
                                           error);
    for (const fs::recursive_directory_iterator end; !error && entry != end;
         entry.increment(error)) {
        found_file found;
        const std::string path = entry->path().string();
        if (::lstat(path.c_str(), &found.facts) != 0) {
            continue;  // gone meanwhile
        }
        if (S_ISDIR(found.facts.st_mode)) {
            if (entry.depth() >= depth_max) {
                entry.disable_recursion_pending();
                listing.is_complete = false;
            }
            continue;
        }
        if (listing.files.size() >= entries_max) {
            listing.is_complete = false;
            break;
        }
        found.name = path.substr(folder.size() + 1);
        listing.files.push_back(std::move(found));
    }
    listing.is_complete = listing.is_complete && !error;
    return listing;
}

std::vector<fs::path> entries_of(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (const fs::directory_iterator end; !error && entry != end && entries.size() < entries_max;
         entry.increment(error)) {
        entries.push_back(entry->path());
    }
    return entries;
}

}  // namespace stormdrain
