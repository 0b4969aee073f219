// container PROGRAM [ARGUMENT...]: runs a program with what a container of Docker's defaults is
// left with: its system calls and, for root, its capabilities. A list of what is denied, after
// moby's profiles/seccomp/default.json, which is a list of what is allowed: what matters here are
// the calls that a test harness might think of.

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <vector>

namespace {

#if defined(__x86_64__)
constexpr unsigned native_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned native_architecture = AUDIT_ARCH_AARCH64;
#else
#error "name this machine's AUDIT_ARCH_ constant (linux/audit.h)"
#endif

static_assert(std::endian::native == std::endian::little, "the low half of an argument is first");

// oci/caps/defaults.go of moby.
constexpr std::array<int, 14> capabilities_kept = {
    CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_FOWNER,           CAP_FSETID,     CAP_KILL,
    CAP_SETGID, CAP_SETUID,       CAP_SETPCAP,          CAP_SETFCAP,    CAP_NET_RAW,
    CAP_MKNOD,  CAP_SYS_CHROOT,   CAP_NET_BIND_SERVICE, CAP_AUDIT_WRITE};

constexpr std::array calls_denied = {
    SYS_acct,
    SYS_add_key,
    SYS_bpf,
    SYS_clock_settime,
    SYS_delete_module,
    SYS_fanotify_init,
    SYS_finit_module,
    SYS_fsconfig,
    SYS_fsmount,
    SYS_fsopen,
    SYS_fspick,
    SYS_get_mempolicy,
    SYS_init_module,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_io_uring_setup,
    SYS_kcmp,
    SYS_kexec_file_load,
    SYS_kexec_load,
    SYS_keyctl,
    SYS_lookup_dcookie,
    SYS_mbind,
    SYS_migrate_pages,
    SYS_mount,
    SYS_mount_setattr,
    SYS_move_mount,
    SYS_move_pages,
    SYS_nfsservctl,
    SYS_open_by_handle_at,
    SYS_open_tree,
    SYS_perf_event_open,
    SYS_pidfd_getfd,
    SYS_pivot_root,
    SYS_process_madvise,
    SYS_quotactl,
    SYS_quotactl_fd,
    SYS_reboot,
    SYS_request_key,
    SYS_set_mempolicy,
    SYS_set_mempolicy_home_node,
    SYS_setdomainname,
    SYS_sethostname,
    SYS_setns,
    SYS_settimeofday,
    SYS_swapoff,
    SYS_swapon,
    SYS_syslog,
    SYS_umount2,
    SYS_unshare,
    SYS_userfaultfd,
    SYS_vhangup,
};

constexpr unsigned namespace_flags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                     CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

#if defined(__x86_64__)
constexpr unsigned x32_calls = 0x40000000;  // __X32_SYSCALL_BIT of asm/unistd.h
#endif

[[noreturn]] void give_up(const char* step) {
    std::perror(step);
    ::_exit(126);  // as env(1) does when it cannot go on
}

using filter_steps = std::vector<sock_filter>;

void load(filter_steps& steps, std::size_t offset) {
    steps.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset)));
}

void answer(filter_steps& steps, unsigned action) {
    steps.push_back(BPF_STMT(BPF_RET | BPF_K, action));
}

// Without the comparison's holding, the next `count` steps are left out.
void unless_skip(filter_steps& steps, int comparison, unsigned value, unsigned char count) {
    const auto code = static_cast<unsigned short>(BPF_JMP | BPF_K | comparison);
    steps.push_back(BPF_JUMP(code, value, 0, count));
}

void deny_when(filter_steps& steps, int comparison, unsigned value, unsigned error) {
    unless_skip(steps, comparison, value, 1);
    answer(steps, SECCOMP_RET_ERRNO | error);
}

// Of that call when its first argument is so. Ends the program for it either way: the number of
// the call is not loaded any more.
void deny_argument(filter_steps& steps, unsigned call, int comparison, unsigned value) {
    unless_skip(steps, BPF_JEQ, call, 4);
    load(steps, offsetof(seccomp_data, args));
    deny_when(steps, comparison, value, EPERM);
    answer(steps, SECCOMP_RET_ALLOW);
}

filter_steps make_profile() {
    filter_steps steps;
    load(steps, offsetof(seccomp_data, arch));
    // Programs of other architectures are allowed by Docker and not needed here.
    steps.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, native_architecture, 1, 0));
    answer(steps, SECCOMP_RET_ERRNO | EPERM);
    load(steps, offsetof(seccomp_data, nr));
#if defined(__x86_64__)
    deny_when(steps, BPF_JGE, x32_calls, EPERM);
#endif
    for (const int call : calls_denied) {
        deny_when(steps, BPF_JEQ, static_cast<unsigned>(call), EPERM);
    }
    // Its flags are in memory, where no filter can look: ENOSYS makes the C library use clone().
    deny_when(steps, BPF_JEQ, SYS_clone3, ENOSYS);
    deny_argument(steps, SYS_clone, BPF_JSET, namespace_flags);
    deny_argument(steps, SYS_socket, BPF_JEQ, AF_VSOCK);
    answer(steps, SECCOMP_RET_ALLOW);
    return steps;
}

// What is taken from the bounding set is lost with the next execve(2), also for root
// (capabilities(7)).
void drop_capabilities() {
    for (int capability = 0; capability <= CAP_LAST_CAP; ++capability) {
        const bool kept =
            std::ranges::find(capabilities_kept, capability) != capabilities_kept.end();
        if (!kept && ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) == 1 &&
            ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) {
            give_up("prctl(PR_CAPBSET_DROP)");
        }
    }
}

// Docker sets no_new_privs only where it is told to: here only who may not do without does it.
void install_profile() {
    filter_steps steps = make_profile();
    const sock_fprog program{static_cast<unsigned short>(steps.size()), steps.data()};
    long installed = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
    if (installed != 0 && errno == EACCES) {
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);  // if it fails, so does the next line
        installed = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
    }
    if (installed != 0) {
        give_up("seccomp");
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fputs("usage: container PROGRAM [ARGUMENT...]\n", stderr);
        return 2;
    }
    if (::geteuid() == 0) {
        drop_capabilities();
    }
    install_profile();
    ::execvp(argv[1], argv + 1);
    give_up(argv[1]);
}
