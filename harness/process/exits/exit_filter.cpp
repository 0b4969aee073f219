#include "harness/process/exits/exit_filter.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

namespace stormdrain {
namespace {

#if defined(__x86_64__)
constexpr unsigned native_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned native_architecture = AUDIT_ARCH_AARCH64;
#else
#error "name this machine's AUDIT_ARCH_ constant (linux/audit.h)"
#endif

// Positions of the two ways out at the end of the program.
constexpr std::size_t allow_at = 6;
constexpr std::size_t notify_at = 7;

constexpr sock_filter load(std::size_t offset) {
    return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset));
}

// Jumps count from the next instruction.
constexpr sock_filter when_equal(std::size_t at, unsigned value, std::size_t to) {
    return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, static_cast<unsigned char>(to - at - 1), 0);
}

constexpr sock_filter unless_equal(std::size_t at, unsigned value, std::size_t to) {
    return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, static_cast<unsigned char>(to - at - 1));
}

// Calls of another architecture (a 32-bit helper) have other numbers: they all go on.
std::array<sock_filter, 8> make_program(accept_trap accepts) {
    const std::size_t for_accept = accepts == accept_trap::set ? notify_at : allow_at;
    return {load(offsetof(seccomp_data, arch)),
            unless_equal(1, native_architecture, allow_at),
            load(offsetof(seccomp_data, nr)),
            when_equal(3, SYS_exit_group, notify_at),
            when_equal(4, SYS_accept4, for_accept),
            when_equal(5, SYS_accept, for_accept),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF)};
}

long set_filter(const sock_fprog& program, unsigned flags) {
    return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

}  // namespace

installed_filter install_exit_filter(accept_trap accepts) {
    std::array<sock_filter, 8> instructions = make_program(accepts);
    const sock_fprog program{instructions.size(), instructions.data()};
    // Without SPEC_ALLOW older kernels turn on costly mitigations for filtered processes.
    unsigned flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_SPEC_ALLOW |
                     SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    long listener = set_filter(program, flags);
    if (listener < 0 && errno == EACCES) {
        // Only with CAP_SYS_ADMIN it goes without; set-user-ID helpers then lose their privileges.
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);  // if it fails, so does the next line
        listener = set_filter(program, flags);
    }
    if (listener < 0 && errno == EINVAL) {
        flags &= ~static_cast<unsigned>(SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV);  // Linux < 5.19
        listener = set_filter(program, flags);
    }
    installed_filter result;
    result.listener = static_cast<int>(listener);
    result.error = listener < 0 ? errno : 0;
    return result;
}

}  // namespace stormdrain
