#include "harness/process/launch/keeper.hpp"

#include "harness/process/launch/descriptor_passing.hpp"
#include "harness/process/launch/tree_keeper.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <span>
#include <utility>

namespace stormdrain {
namespace {

void report_failure(const keeper_means& means, const char* step, int error) {
    // An error means that the harness is gone, and there is nobody to be told.
    [[maybe_unused]] const int unsent =
        send_struct(means.channel.get(), keeper_failure(step, error));
}

// Nothing when the harness has let go of the channel, which is how a keeper is dismissed.
std::optional<launch_parts> next_launch(const keeper_means& means) {
    launch_request request;
    received_message message = receive_message(
        means.channel.get(), std::as_writable_bytes(std::span(&request, 1)), receive_mode::wait);
    if (message.error != 0 || message.bytes_count != sizeof(request)) {
        return std::nullopt;
    }
    return to_launch_parts(request, std::move(message.descriptors));
}

keeping_end keep(keeper_means& means, launch_parts parts) {
    tree_keeper one(means);
    // A statement of its own: the parameter lives until the end of the full expression, and a
    // keeper that still held the server's output would keep it from ending.
    const bool started = one.start(std::move(parts));
    return started ? one.run() : keeping_end::failed;
}

}  // namespace

owned_descriptor take_signals() {
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP}) {
        ::signal(number, SIG_IGN);  // fails only for numbers that do not exist
    }
    ::signal(SIGCHLD, SIG_DFL);  // an inherited SIG_IGN would reap children behind our back
    sigset_t read_by_descriptor;
    ::sigemptyset(&read_by_descriptor);
    ::sigaddset(&read_by_descriptor, SIGCHLD);
    if (::sigprocmask(SIG_SETMASK, &read_by_descriptor, nullptr) != 0) {
        return owned_descriptor();
    }
    return owned_descriptor(::signalfd(-1, &read_by_descriptor, SFD_NONBLOCK | SFD_CLOEXEC));
}

int keeper_main(owned_descriptor channel, launch_parts first) {
    ::prctl(PR_SET_NAME, "stormd-keeper");  // only for ps(1)
    keeper_means means;
    means.channel = std::move(channel);
    means.signals = take_signals();
    if (!means.signals.is_open()) {
        report_failure(means, "signalfd", errno);
        return EXIT_FAILURE;
    }
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
        report_failure(means, "prctl(PR_SET_CHILD_SUBREAPER)", errno);
        return EXIT_FAILURE;
    }
    std::optional<launch_parts> parts = std::move(first);
    keeping_end end = keeping_end::harness_gone;
    while (parts) {
        end = keep(means, std::move(*parts));
        parts = end == keeping_end::tree_ended ? next_launch(means) : std::nullopt;
    }
    return end == keeping_end::failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

}  // namespace stormdrain
