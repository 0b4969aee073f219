#pragma once
// What harness, guard and keeper say to each other: plain structs between copies of one program,
// so there is no versioning.

#include "harness/process/launch/launch_spec.hpp"
#include "harness/process/owned_descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stormdrain {

// Harness to a keeper that has nothing to keep, with descriptors in this order: the memory file
// with the encoded launch_spec, the server's input and output when there are any, the listeners. To
// the guard, with the channel of the keeper that it is to fork before all of them.
struct launch_request {
    std::uint32_t has_input = 0;
    std::uint32_t has_output = 0;
    std::uint32_t listeners_count = 0;
};

// What comes with a launch_request.
struct launch_parts {
    owned_descriptor spec;
    owned_descriptor input;   // may be closed: /dev/null
    owned_descriptor output;  // may be closed: /dev/null
    std::vector<owned_descriptor> listeners;
};

// Nothing when they are not what the request says.
std::optional<launch_parts> to_launch_parts(const launch_request& request,
                                            std::vector<owned_descriptor> passed);

enum class report_kind : std::uint32_t {
    started,         // exec succeeded; with the server's pidfd; `number`: errno of its exit filter
    launch_failed,   // `step` failed with errno `number`: the user's or the machine's fault
    keeper_failed,   // the same, but before the server's own part of the launch
    exited,          // native wait status `number`, at_ns, cpu_ns
    tree_ended,      // `number` processes survived
    ended,           // a process of the tree at its exit; with its encoded facts in a memory file
    traced,          // tracing began, or could not: errno `number`
    untraced,        // tracing ended
    accepts_failed,  // `number` calls so far
};

// Keeper to harness.
struct keeper_report {
    report_kind kind = report_kind::started;
    std::int32_t server_pid = 0;
    std::int32_t keeper_pid = 0;
    std::int32_t number = 0;
    std::int64_t at_ns = 0;  // CLOCK_MONOTONIC
    std::int64_t cpu_ns = 0;
    std::int64_t looked_ns = 0;  // how long a process that ends was held back to be looked at
    std::uint32_t witness = 0;   // exit_witness
    char step[32] = {};
};

// That a launch failed before the server's own part of it. `step` is cut to what fits.
keeper_report keeper_failure(const char* step, int error);

enum class request_kind : std::uint32_t {
    end_tree,  // until deadline_ns; then the keeper may keep another, unless something survives
    trace,     // the server's exit, also by signal
    stop_tracing,
    fail_accepts,  // skip, times, error
    watch_tree,    // look at every process that ends, not at the server alone
};

// Harness to keeper.
struct keeper_request {
    request_kind kind = request_kind::end_tree;
    std::int64_t deadline_ns = 0;  // CLOCK_MONOTONIC
    std::uint32_t skip = 0;
    std::uint32_t times = 0;
    std::int32_t error = 0;
};

// What the server's process tells its keeper on its way to exec.
enum class step_kind : std::uint32_t {
    filter,  // with the listener of its exit filter, or the errno why there is none
    failed,  // it cannot become the server
};

struct step_message {
    step_kind kind = step_kind::failed;
    std::int32_t error = 0;
    char step[32] = {};
};

// CLOCK_MONOTONIC, the axis of all times in these messages.
std::int64_t monotonic_ns();

// The errno of a server that was launched without an exit filter: nobody asked for one.
inline constexpr int no_filter_wanted = -1;

// More than execve(2) takes with the usual 8 MiB stack limit (a quarter of it).
inline constexpr std::size_t encoded_spec_bytes_max = 4 * 1024 * 1024;

// Throws std::invalid_argument for what execve(2) cannot express: no argv, NUL bytes, too long.
std::string encode(const launch_spec& spec);
// Nothing when the bytes are not what encode() makes.
std::optional<launch_spec> decode(std::string_view bytes);

}  // namespace stormdrain
