#pragma once
// Programs that hold slow clients open, each with the words that make it do the same, and what they
// print of it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain::benchmarks {

enum class slow_program { stormdrain, slowhttptest };

std::string name_of(slow_program which);

// Clients whose request heads never end, a piece a second each.
struct slow_work {
    std::string url;
    unsigned clients_count = 1;
    unsigned seconds = 1;
};

// Without a shell. `program`: where it is.
std::vector<std::string> argv_of(slow_program which, const std::string& program,
                                 const slow_work& work);

// How many it says were open at the end; empty when it does not say.
std::optional<std::uint64_t> held_by(slow_program which, const std::string& output);

}  // namespace stormdrain::benchmarks
