#pragma once
// An nginx to be loaded: one process, on the first CPU, that keeps no log and answers at once.

#include "ci/acceptance/program.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace stormdrain::benchmarks {

struct nginx_site {
    std::string settings;      // of its http block, beside those that all have
    std::string listen_words;  // behind the address
    std::string answers;       // locations
    unsigned connections_count = 4096;
};

// nginx 1.22 and later, as Debian has it; it ends with its owner.
class lone_nginx {
public:
    // Returns once it listens; its files are in the folder. Throws std::runtime_error.
    lone_nginx(const acceptance::scratch_folder& folder, const nginx_site& site);

    std::uint16_t port() const { return port_; }

private:
    std::uint16_t port_;
    std::optional<acceptance::program> running_;
};

}  // namespace stormdrain::benchmarks
