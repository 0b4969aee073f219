#pragma once
// The seccomp filter that tells the keeper of every exit_group(2) in the server's tree, and on
// demand of every accept(2): seccomp_unotify(2). No other system call is slower for it.

namespace stormdrain {

enum class accept_trap { none, set };

struct installed_filter {
    int listener = -1;  // close-on-exec; the caller's to close
    int error = 0;      // why there is none: EBUSY where a container's runtime has one already
};

// For the calling process and all that it becomes or forks. Between fork(2) and execve(2): makes
// nothing but system calls. Sets no_new_privs only where the kernel demands it.
installed_filter install_exit_filter(accept_trap accepts);

}  // namespace stormdrain
