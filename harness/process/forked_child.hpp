#pragma once
// For tests that look at processes: a child that does one thing for ever, in a known place.

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>

namespace stormdrain {

class forked_child {
public:
    explicit forked_child(const std::function<void()>& does) : pid_(::fork()) {
        if (pid_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            does();
            ::_exit(EXIT_SUCCESS);
        }
    }
    forked_child(const forked_child&) = delete;
    forked_child& operator=(const forked_child&) = delete;
    ~forked_child() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
    }

    pid_t pid() const { return pid_; }

private:
    pid_t pid_;
};

}  // namespace stormdrain
