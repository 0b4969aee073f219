#include "harness/process/machine/probing_child.hpp"

#include "harness/process/owned_descriptor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

namespace stormdrain::probes {
namespace {

// Every attempt is a matter of microseconds: one that takes longer hangs.
constexpr unsigned attempt_seconds_max = 2;
constexpr int answer_ms_max = 1'000;

}  // namespace

std::string failed(const char* step, int error) {
    return std::string(step) + ": " + std::strerror(error);
}

waiting_child::waiting_child() : pid_(::fork()) {
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        // Debuggers that are no ancestors may attach, where Yama asks; EINVAL without Yama.
        ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
        ::signal(SIGTERM, SIG_DFL);
        for (;;) {
            ::pause();
        }
    }
}

waiting_child::~waiting_child() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
}

outcome stopped_at(const char* step, int error) {
    outcome result;
    result.error = error;
    std::strncpy(result.step.data(), step, result.step.size() - 1);
    return result;
}

void bound_attempt() {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGALRM, SIG_DFL);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::alarm(attempt_seconds_max);
}

std::string in_child(outcome (*attempt)()) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return failed("pipe", errno);
    }
    owned_descriptor reading(ends[0]);
    owned_descriptor writing(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) {
        return failed("fork", errno);
    }
    if (child == 0) {
        bound_attempt();
        const outcome result = attempt();
        // A reader that is gone has no use for it.
        [[maybe_unused]] const ssize_t written = ::write(writing.get(), &result, sizeof(result));
        ::_exit(0);
    }
    writing.reset();
    outcome result;
    const ssize_t count = ::read(reading.get(), &result, sizeof(result));
    ::waitpid(child, nullptr, 0);
    if (count != static_cast<ssize_t>(sizeof(result))) {
        return "the attempt did not end within " + std::to_string(attempt_seconds_max) + " s";
    }
    return result.error == 0 ? "" : failed(result.step.data(), result.error);
}

bool becomes_readable(int descriptor) {
    pollfd watched{descriptor, POLLIN, 0};
    return ::poll(&watched, 1, answer_ms_max) == 1;
}

}  // namespace stormdrain::probes
