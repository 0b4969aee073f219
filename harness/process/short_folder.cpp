#include "harness/process/short_folder.hpp"

#include "harness/base/environment_error.hpp"

#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <system_error>

namespace stormdrain {
namespace {

// Others' links, or those of a harness that was killed, may have the name.
constexpr int attempts_max = 1000;

std::string next_name() {
    static std::atomic<unsigned> count{0};
    return "stormdrain-" + std::to_string(::getpid()) + "-" + std::to_string(count++);
}

}  // namespace

short_folder::short_folder(const std::string& folder) {
    std::error_code error;
    const std::filesystem::path temporary = std::filesystem::temp_directory_path(error);
    for (int i = 0; i < attempts_max && !error; ++i) {
        const std::string link = (temporary / next_name()).string();
        std::filesystem::create_directory_symlink(std::filesystem::absolute(folder), link, error);
        if (!error) {
            link_ = link;
            return;
        }
        if (error == std::errc::file_exists) {
            error.clear();
        }
    }
    throw environment_error("no short name for " + folder + ": " +
                            (error ? error.message() : "all are taken"));
}

short_folder::~short_folder() {
    std::error_code ignored;  // somebody else may have cleaned up
    std::filesystem::remove(link_, ignored);
}

bool fits_socket_address(const std::string& path) {
    return path.size() < sizeof(sockaddr_un::sun_path);
}

}  // namespace stormdrain
