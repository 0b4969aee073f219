#pragma once
// What to start and in which surroundings, as a plain value: it travels to the guard as bytes.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stormdrain {

struct process_limits {
    std::optional<std::uint64_t> open_files;           // RLIMIT_NOFILE
    std::optional<std::uint64_t> core_bytes;           // RLIMIT_CORE
    std::optional<std::uint64_t> address_space_bytes;  // RLIMIT_AS
    bool operator==(const process_limits&) const = default;
};

// How exits of the server's tree are to be witnessed.
enum class exit_watch_choice : std::uint8_t {
    automatic,  // the best that the machine and the server allow
    seccomp,
    ptrace,
    sampled,
    off,
};

struct launch_spec {
    std::vector<std::string> argv;  // no shell; argv[0] is looked up in PATH when it has no slash
    std::vector<std::string> environment;  // whole, "NAME=value"
    std::string working_folder;            // empty: the harness's
    process_limits limits;
    exit_watch_choice exit_watch = exit_watch_choice::off;
    bool accept_trap = false;  // accept(2) can be made to fail (seccomp_unotify(2))
    // Where it serves: its sockets are looked for there first when it exits. Any may be missing.
    std::vector<std::uint16_t> ports;
    bool operator==(const launch_spec&) const = default;
};

}  // namespace stormdrain
