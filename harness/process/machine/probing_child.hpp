#pragma once
// Children in which capabilities are tried: what changes a process for good, or may hang, is none
// of the harness's own.

#include "harness/base/environment_error.hpp"

#include <sys/types.h>

#include <array>
#include <cerrno>
#include <string>

namespace stormdrain::probes {

// "socket(AF_PACKET): Operation not permitted"
std::string failed(const char* step, int error);

// A child that does nothing, for as long as the probe looks at it. SIGTERM ends it.
class waiting_child {
public:
    waiting_child();
    waiting_child(const waiting_child&) = delete;
    waiting_child& operator=(const waiting_child&) = delete;
    ~waiting_child();
    pid_t pid() const { return pid_; }
    // Somebody has waited for it already.
    void forget() { pid_ = -1; }

private:
    pid_t pid_;
};

// How an attempt in a child went; plain, because it comes back through a pipe.
struct outcome {
    int error = 0;
    std::array<char, 48> step{};
};

outcome stopped_at(const char* step, int error = errno);

// To be called first in a forked child: ends it after two seconds whatever it waits for.
void bound_attempt();

// Carries an attempt out in a child, where it makes system calls only.
std::string in_child(outcome (*attempt)());

// Within a second.
bool becomes_readable(int descriptor);

// Runs what throws environment_error, whose text has the errno's in it.
template <class Attempt>
std::string reason_of(Attempt attempt) {
    try {
        return attempt();
    } catch (const environment_error& refused) {
        return refused.what();
    }
}

}  // namespace stormdrain::probes
