#include "harness/checks/rules/memory_warning.hpp"

#include "harness/checks/rules/rule.hpp"

#include <algorithm>

namespace stormdrain::rules {

bool is_worth_a_warning(std::uint64_t from_bytes, std::uint64_t growth_bytes) {
    constexpr std::uint64_t growth_min_bytes = 4 * 1024 * 1024;
    return growth_bytes >= std::max(growth_min_bytes, from_bytes / 5);
}

extern const rule memory_warning;
const rule memory_warning{
    .number = "R13",
    .name = "memory_warning",
    .summary =
        "Growing memory is a warning and never a failure, and not even that below 4 MiB and a "
        "fifth of what the process had.",
    .source = "nghttp2/nghttp2#1491",
};

}  // namespace stormdrain::rules
