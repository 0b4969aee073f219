#include "ci/benchmarks/find_program.hpp"

#include <stdlib.h>
#include <unistd.h>

namespace stormdrain::benchmarks {

std::string find_program(const std::string& name) {
    const char* path = ::getenv("PATH");
    // Debian has servers outside an ordinary user's PATH.
    std::string folders = (path == nullptr ? "" : std::string(path)) + ":/usr/sbin:";
    for (std::size_t colon = folders.find(':'); colon != std::string::npos;
         colon = folders.find(':')) {
        const std::string candidate = folders.substr(0, colon) + "/" + name;
        if (::access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
        folders.erase(0, colon + 1);
    }
    return "";
}

}  // namespace stormdrain::benchmarks
