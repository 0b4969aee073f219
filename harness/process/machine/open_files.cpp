#include "harness/process/machine/open_files.hpp"

#include <sys/resource.h>

namespace stormdrain {
namespace {

rlimit read_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);  // fails for a bad address only
    return limit;
}

}  // namespace

std::uint64_t open_files_max() {
    return read_limit().rlim_cur;
}

void raise_open_files_max() {
    rlimit limit = read_limit();
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);  // up to the hard limit nobody is refused (getrlimit(2))
}

}  // namespace stormdrain
