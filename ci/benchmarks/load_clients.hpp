#pragma once
// Programs that load a server, each with the words that make it do the same work, and what they
// print of it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain::benchmarks {

struct load_work {
    std::string url;
    unsigned connections_count = 1;
    bool closes = false;  // one request a connection
};

enum class load_client { stormdrain, wrk, ab, hey };

std::string name_of(load_client which);

// Without a shell. `program`: where it is. All run for about a second.
std::vector<std::string> argv_of(load_client which, const std::string& program,
                                 const load_work& work);

// How many requests it says were answered; empty when it says that any was not, or nothing.
std::optional<std::uint64_t> answered_by(load_client which, const std::string& output);

}  // namespace stormdrain::benchmarks
