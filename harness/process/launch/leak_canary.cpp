#include "harness/process/launch/leak_canary.hpp"

#include "harness/base/environment_error.hpp"

#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace stormdrain {

owned_descriptor make_leak_canary() {
    owned_descriptor made(::memfd_create("stormdrain-canary", 0));  // without MFD_CLOEXEC
    if (!made.is_open()) {
        throw environment_error(std::string("memfd_create: ") + std::strerror(errno));
    }
    return made;
}

}  // namespace stormdrain
