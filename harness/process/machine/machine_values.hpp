#pragma once
// Settings of this machine that results depend on: to be compared when two machines disagree.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

struct machine_value {
    std::string_view name;
    std::string value;         // "not in this kernel" where it has no such setting
    std::string_view matters;  // what depends on it
};

std::vector<machine_value> read_machine_values();

// Whether PID 1 reaps the orphans of others, as far as it can be told from its signals
// (/proc/1/status) and from the zombies that it has now. Nothing is tried: where it does not reap,
// the trial itself would stay for ever.
std::string describe_reaping(const std::string& status_of_init, std::size_t zombies_count);

}  // namespace stormdrain
