#pragma once
// The keeper's side of the filter: system calls of the server's tree that wait for a word.

#include "harness/process/owned_descriptor.hpp"

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace stormdrain {

struct waiting_call {
    std::uint64_t id = 0;
    pid_t thread = 0;
    int number = 0;  // SYS_exit_group, SYS_accept4, ...
    std::uint64_t first_argument = 0;
};

class syscall_watch {
public:
    syscall_watch() = default;
    explicit syscall_watch(owned_descriptor listener) : listener_(std::move(listener)) {}

    // For poll(2); negative: there is nothing to watch, or nobody left who could call.
    int descriptor() const { return listener_.get(); }

    // The next call that waits; empty: none. Never blocks.
    std::optional<waiting_call> next();
    // Both return 0 or an errno; ENOENT: the caller was killed meanwhile.
    int go_on(const waiting_call& call);
    int fail(const waiting_call& call, int error);

private:
    int answer(std::uint64_t id, int error, std::uint32_t flags);

    owned_descriptor listener_;
};

}  // namespace stormdrain
