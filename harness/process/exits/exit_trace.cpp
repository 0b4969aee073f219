#include "harness/process/exits/exit_trace.hpp"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include <cerrno>
#include <utility>

namespace stormdrain {
namespace {

constexpr int event_of(int status) {
    return status >> 16;
}

// ptrace(2) takes numbers in a pointer's place.
void* as_pointer(unsigned long number) {
    return reinterpret_cast<void*>(number);
}

bool stops_the_group(int signal) {
    return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU;
}

}  // namespace

int exit_trace::begin(pid_t child) {
    if (::ptrace(PTRACE_SEIZE, child, nullptr, as_pointer(PTRACE_O_TRACEEXIT)) != 0) {
        return errno;
    }
    child_ = child;
    ending_ = false;
    return 0;
}

bool exit_trace::end() {
    // ESRCH: it is not stopped but dead, and its end will be told by wait(2).
    ending_ = child_ != 0 && ::ptrace(PTRACE_INTERRUPT, child_, nullptr, nullptr) == 0;
    return ending_;
}

exit_trace::meaning exit_trace::take(pid_t pid, int status) {
    if (!WIFSTOPPED(status)) {
        if (pid == child_) {
            child_ = 0;
        }
        return meaning::ended;
    }
    if (pid != child_) {
        return meaning::nothing;
    }
    if (event_of(status) == PTRACE_EVENT_EXIT) {
        return meaning::exiting;
    }
    if (!ending_) {
        pass_on(status);
        return meaning::nothing;
    }
    // A signal that was on its way is delivered by the detach.
    const int signal = event_of(status) == PTRACE_EVENT_STOP ? 0 : WSTOPSIG(status);
    ::ptrace(PTRACE_DETACH, std::exchange(child_, 0), nullptr,
             as_pointer(static_cast<unsigned long>(signal)));  // ESRCH: killed, wait(2) tells
    ending_ = false;
    return meaning::released;
}

std::optional<int> exit_trace::exit_status() const {
    unsigned long status = 0;
    if (::ptrace(PTRACE_GETEVENTMSG, child_, nullptr, &status) != 0) {
        return std::nullopt;
    }
    return static_cast<int>(status);
}

void exit_trace::go_on() {
    ::ptrace(PTRACE_CONT, child_, nullptr, nullptr);  // ESRCH: killed, wait(2) tells
}

void exit_trace::pass_on(int status) {
    const int signal = WSTOPSIG(status);
    if (event_of(status) == PTRACE_EVENT_STOP) {
        // A group stop must last until SIGCONT: with PTRACE_CONT a SIGSTOP would do nothing.
        ::ptrace(stops_the_group(signal) ? PTRACE_LISTEN : PTRACE_CONT, child_, nullptr, nullptr);
        return;
    }
    ::ptrace(PTRACE_CONT, child_, nullptr, as_pointer(static_cast<unsigned long>(signal)));
}

}  // namespace stormdrain
