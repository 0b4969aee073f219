#include "harness/commands/installed_folders.hpp"

#include <filesystem>

namespace stormdrain {
namespace {

namespace files = std::filesystem;

// A folder that we may not look into is none of ours.
bool is_folder(const files::path& path) {
    std::error_code hidden;
    return files::is_directory(path, hidden);
}

}  // namespace

std::string own_servers_folder(const std::string& program_folder) {
    const files::path installed = files::path(program_folder).parent_path() / "libexec/stormdrain";
    const bool is_known = !program_folder.empty();  // else it would be a folder of whoever calls
    return is_known && is_folder(installed) ? installed.string() : program_folder;
}

std::string own_suites_folder(const std::string& servers_folder) {
    const files::path prefix = files::path(servers_folder).parent_path().parent_path();
    const files::path installed = prefix / "share/stormdrain/suites";
    return is_folder(installed) ? installed.string()
                                : std::string(STORMDRAIN_SOURCE_FOLDER) + "/suites";
}

}  // namespace stormdrain
