#pragma once
// The least that a cycle can be: spawned, connected to, asked once, stopped and waited for, by
// system calls alone and with no look at anything.

#include "ci/benchmarks/loopback.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stormdrain::benchmarks {

struct bare_server {
    std::vector<std::string> argv;  // its program by its path
    std::uint16_t port = 0;         // of 127.0.0.1, where it will listen
};

struct bare_cycle {
    double total_ms = 0;
    double cpu_ms = 0;  // of this process alone
};

// Throws std::runtime_error when the server does not start, answer or end.
bare_cycle run_bare_cycle(const bare_server& server);

}  // namespace stormdrain::benchmarks
