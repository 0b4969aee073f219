#include "harness/plan/readers/limits_reader.hpp"

#include "harness/plan/readers/names.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace stormdrain {
namespace {

constexpr std::int64_t open_files_min = 8;
constexpr std::int64_t open_files_max = 1 << 30;
constexpr std::uint64_t bytes_max = std::uint64_t{1} << 46;
constexpr std::uint64_t address_space_min = std::uint64_t{1} << 20;

constexpr std::array<std::pair<std::string_view, exit_watch_choice>, 5> watch_words{
    {{"automatic", exit_watch_choice::automatic},
     {"seccomp", exit_watch_choice::seccomp},
     {"ptrace", exit_watch_choice::ptrace},
     {"sampled", exit_watch_choice::sampled},
     {"off", exit_watch_choice::off}}};

}  // namespace

process_limits read_limits(object_reader& launch) {
    process_limits limits;
    std::optional<object_reader> keys = launch.object("limits");
    if (!keys) {
        return limits;
    }
    if (is_given(*keys, "nofile")) {
        limits.open_files =
            static_cast<std::uint64_t>(keys->integer("nofile", open_files_min, open_files_max));
    }
    if (is_given(*keys, "core")) {
        limits.core_bytes = keys->size_bytes("core", 0, bytes_max);
    }
    if (is_given(*keys, "address_space")) {
        limits.address_space_bytes =
            keys->size_bytes("address_space", address_space_min, bytes_max);
    }
    keys->finish();
    return limits;
}

exit_watch_choice read_exit_watch(object_reader& launch) {
    return launch.choice<exit_watch_choice>("exit_watch", watch_words,
                                            exit_watch_choice::automatic);
}

}  // namespace stormdrain
