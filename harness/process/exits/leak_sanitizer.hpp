#pragma once
// Whether a process looks for leaks at its exit: LeakSanitizer stops all threads by ptrace(2),
// which fails in a process that is traced already ("LeakSanitizer has encountered a fatal error").

#include <sys/types.h>

namespace stormdrain {

// By the symbols of the program and the libraries it has mapped. False when it cannot be read.
bool has_leak_sanitizer(pid_t pid);

}  // namespace stormdrain
