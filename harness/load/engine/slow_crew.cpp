#include "harness/load/engine/slow_crew.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/load/engine/slow_pool.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <string>

namespace stormdrain {
namespace {

// Standard streams, epoll, and what the program had open when it forked.
constexpr std::uint64_t own_descriptors_max = 64;

slow_board* shared_boards(std::uint32_t count) {
    void* const memory = ::mmap(nullptr, sizeof(slow_board) * count, PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        throw environment_error("mmap: " + std::string(std::strerror(errno)));
    }
    auto* const boards = static_cast<slow_board*>(memory);
    for (std::uint32_t index = 0; index < count; ++index) {
        new (boards + index) slow_board;
    }
    return boards;
}

}  // namespace

std::uint32_t processes_for(std::uint32_t clients_count, std::uint64_t descriptors_max) {
    const std::uint64_t each = descriptors_max > 2 * own_descriptors_max
                                   ? descriptors_max - own_descriptors_max
                                   : own_descriptors_max;
    return static_cast<std::uint32_t>((clients_count + each - 1) / each);
}

slow_crew::slow_crew(const slow_plan& plan, std::uint32_t processes_count, time_point deadline)
    : processes_count_(processes_count), boards_(shared_boards(processes_count)) {
    const pid_t parent = ::getpid();
    for (std::uint32_t number = 0; number < processes_count; ++number) {
        const pid_t child = ::fork();
        if (child == 0) {
            // Nobody else would end it; and the parent may be gone already (prctl(2)).
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (::getppid() == parent) {
                play(plan, number, deadline);
            }
            ::_exit(EXIT_FAILURE);
        }
        if (child < 0) {
            const std::string why = std::strerror(errno);
            end_all();
            ::munmap(boards_, sizeof(slow_board) * processes_count_);
            throw environment_error("fork: " + why);
        }
        processes_.push_back(child);
    }
}

slow_crew::~slow_crew() {
    end_all();
    ::munmap(boards_, sizeof(slow_board) * processes_count_);  // fails only for wrong arguments
}

void slow_crew::play(const slow_plan& plan, std::uint32_t number, time_point deadline) const {
    // Ctrl-C reaches the whole group; the parent says when it is over.
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGTERM, SIG_DFL);
    int code = EXIT_SUCCESS;
    try {
        slow_pool pool(plan, {number, processes_count_}, boards_[number]);
        pool.run(deadline);
    } catch (const std::exception&) {
        code = EXIT_FAILURE;  // no epoll, no memory: finish() says that it was lost
    }
    ::_exit(code);  // what the parent has to do at its exit is not for us
}

slow_counts slow_crew::look() const {
    slow_counts all;
    for (std::uint32_t index = 0; index < processes_count_; ++index) {
        all.add(boards_[index].look());
    }
    return all;
}

bool slow_crew::end_all() {
    for (std::uint32_t index = 0; index < processes_count_; ++index) {
        boards_[index].ask_to_end();
    }
    bool all_well = true;
    for (const pid_t process : processes_) {
        int status = 0;
        while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
        }
        all_well = all_well && WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
    }
    processes_.clear();
    return all_well;
}

slow_counts slow_crew::finish() {
    const slow_counts seen = look();
    if (!end_all()) {
        throw environment_error("a process of slow clients was lost");
    }
    return seen;
}

}  // namespace stormdrain
