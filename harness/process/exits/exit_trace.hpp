#pragma once
// Witnesses the death of one child by signal, which the seccomp filter cannot: ptrace(2) stops it
// at PTRACE_EVENT_EXIT, when its descriptors are all still there. For the process that forked it,
// and in its only thread: a stop is told to any thread's wait, requests obey one alone.

#include <sys/types.h>

#include <optional>

namespace stormdrain {

class exit_trace {
public:
    // Returns 0 or an errno: EPERM where Yama, a debugger or the server's own rights forbid it.
    int begin(pid_t child);
    // The child is let go at its next stop, which this brings about. False: it is not traced.
    bool end();
    bool is_tracing() const { return child_ != 0; }

    // What a wait status of the child means.
    enum class meaning {
        ended,     // it is no stop at all: the child has ended
        nothing,   // a stop that was passed on
        released,  // the child is not traced any more, as end() wanted
        exiting,   // the child is at its end and waits: look, then go_on()
    };
    meaning take(pid_t pid, int status);
    // As wait(2) will tell it; empty: it is gone already.
    std::optional<int> exit_status() const;
    void go_on();

private:
    void pass_on(int status);

    pid_t child_ = 0;
    bool ending_ = false;
};

}  // namespace stormdrain
