#include "harness/process/exits/end_time.hpp"

#include <algorithm>

namespace stormdrain {

std::int64_t end_time::at(std::int64_t reported_ns) const {
    const std::int64_t least = std::max(asked_ns, std::min(watched_ns, reported_ns));
    return std::max(reported_ns - looked_ns, least);
}

}  // namespace stormdrain
