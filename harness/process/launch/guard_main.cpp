// The guard's side: a loop that forks a keeper for every request of the harness.

#include "harness/process/census/process_tree.hpp"
#include "harness/process/launch/descriptor_passing.hpp"
#include "harness/process/launch/guard.hpp"
#include "harness/process/launch/keeper.hpp"
#include "harness/process/launch/keeper_protocol.hpp"
#include "harness/process/launch/leak_canary.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace stormdrain {
namespace {

// With the harness gone, keepers end within milliseconds. Waiting for them spares machines whose
// process 1 does not reap (many containers) a zombie each.
constexpr int last_keepers_ms = 5'000;

struct guard_descriptors {
    owned_descriptor channel;
    owned_descriptor signals;
};

enum class harness_state { present, gone };

using keeper_pids = std::set<pid_t>;

void reap_children(keeper_pids& keepers) {
    for (pid_t pid = ::waitpid(-1, nullptr, WNOHANG); pid > 0;
         pid = ::waitpid(-1, nullptr, WNOHANG)) {
        keepers.erase(pid);
    }
}

bool has_children() {
    return ::waitid(P_ALL, 0, nullptr, WEXITED | WNOHANG | WNOWAIT) == 0;
}

// Children that are no keepers lost theirs. Their own children come to the guard in turn.
void kill_orphans(const keeper_pids& keepers) {
    const pid_t self = ::getpid();
    for (const pid_t pid : descendants(self)) {
        const auto stat = read_stat(pid);
        if (stat && stat->parent == self && !keepers.contains(pid)) {
            ::kill(pid, SIGKILL);  // ESRCH: it was faster
        }
    }
}

void drain(const owned_descriptor& signals) {
    char bytes[2048];
    while (::read(signals.get(), bytes, sizeof(bytes)) > 0) {
    }
}

// In the child: everything of the guard goes, then the keeper does its work.
[[noreturn]] void become_keeper(guard_descriptors& own, owned_descriptor channel,
                                launch_parts parts) {
    own.channel.reset();
    own.signals.reset();
    ::_exit(keeper_main(std::move(channel), std::move(parts)));
}

harness_state serve_request(guard_descriptors& own, keeper_pids& keepers) {
    launch_request request;
    received_message message = receive_message(
        own.channel.get(), std::as_writable_bytes(std::span(&request, 1)), receive_mode::at_once);
    if (message.error == EAGAIN) {
        return harness_state::present;
    }
    if (message.error != 0 || message.bytes_count != sizeof(request)) {
        return harness_state::gone;
    }
    std::vector<owned_descriptor> passed = std::move(message.descriptors);
    if (passed.empty()) {
        return harness_state::present;  // no channel: nobody waits for an answer
    }
    owned_descriptor channel = std::move(passed.front());
    passed.erase(passed.begin());
    auto parts = to_launch_parts(request, std::move(passed));
    if (!parts) {
        return harness_state::present;  // its channel closes, which the harness reads as failure
    }
    const pid_t pid = ::fork();
    if (pid == 0) {
        become_keeper(own, std::move(channel), std::move(*parts));
    }
    if (pid < 0) {
        const keeper_report report = keeper_failure("fork of the keeper", errno);
        // When it cannot be sent, the closed channel says the same with fewer words.
        [[maybe_unused]] const int error = send_struct(channel.get(), report);
        return harness_state::present;
    }
    keepers.insert(pid);
    return harness_state::present;
}

void wait_for_last_children(const owned_descriptor& signals, keeper_pids& keepers) {
    const auto deadline = clock::now() + std::chrono::milliseconds(last_keepers_ms);
    while (has_children() && clock::now() < deadline) {
        kill_orphans(keepers);
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock::now());
        pollfd watched{signals.get(), POLLIN, 0};
        ::poll(&watched, 1, static_cast<int>(left.count()));  // an error is a spurious wakeup
        drain(signals);
        reap_children(keepers);
    }
}

// Moves the channel off standard input, so that keepers and servers never see it there.
owned_descriptor take_channel() {
    owned_descriptor channel(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    const owned_descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null.is_open() || ::dup2(null.get(), STDIN_FILENO) < 0 ||
        ::dup2(null.get(), STDOUT_FILENO) < 0) {
        return owned_descriptor();
    }
    return channel;
}

}  // namespace

int guard_main() {
    ::prctl(PR_SET_NAME, "stormd-guard");  // only for ps(1)
    // A session of its own: what a terminal or `kill -9 -PGID` does to the harness's process
    // group must not reach those who clean up after it. Fails only for a group leader.
    ::setsid();
    // Whatever a keeper leaves that was killed comes to the guard, not to process 1. Where this
    // fails such processes are lost to the harness; nothing else depends on it.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    const owned_descriptor canary = make_leak_canary();  // for what keepers hand on
    guard_descriptors own;
    keeper_pids keepers;
    own.signals = take_signals();
    own.channel = take_channel();
    if (!own.signals.is_open() || !own.channel.is_open()) {
        std::perror("stormdrain guard");
        return EXIT_FAILURE;
    }
    harness_state harness = harness_state::present;
    while (harness == harness_state::present) {
        pollfd watched[] = {{own.channel.get(), POLLIN, 0}, {own.signals.get(), POLLIN, 0}};
        if (::poll(watched, std::size(watched), -1) < 0 && errno != EINTR) {
            return EXIT_FAILURE;
        }
        if (watched[1].revents != 0) {
            drain(own.signals);
            reap_children(keepers);
        }
        if (watched[0].revents != 0) {
            harness = serve_request(own, keepers);
        }
    }
    wait_for_last_children(own.signals, keepers);
    return EXIT_SUCCESS;
}

}  // namespace stormdrain
