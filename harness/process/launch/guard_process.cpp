#include "harness/process/launch/guard_process.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/process/launch/guard.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/process/v2/process.hpp>

#include <fcntl.h>
#include <linux/close_range.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

namespace stormdrain {
namespace {

namespace process_v2 = boost::process::v2;

// Runs in the child, between fork and exec. Boost 1.81 leaves descriptors open between the ones
// that it keeps on purpose (boostorg/process#360), and Asio's sockets are not close-on-exec: the
// guard, and so every server, would hold the harness's connections, and closing them would send
// neither FIN nor RST.
struct with_channel_only {
    int channel = -1;

    template <class Launcher>
    process_v2::error_code on_exec_setup(Launcher&, const process_v2::filesystem::path&,
                                         const char* const*(&)) {
        // dup2 onto itself keeps FD_CLOEXEC, so it is cleared in any case.
        if (::dup2(channel, STDIN_FILENO) < 0 || ::fcntl(STDIN_FILENO, F_SETFD, 0) != 0 ||
            ::close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
            return {errno, boost::system::system_category()};
        }
        return {};
    }

    // Boost 1.81 would go on to exit(3), which runs the harness's destructors in the child. The
    // error was already told to the parent.
    template <class... Unused>
    void on_exec_error(const Unused&...) {
        ::_exit(EXIT_FAILURE);
    }
};

}  // namespace

class guard_process::implementation {
public:
    explicit implementation(int channel)
        : process_(context_, "/proc/self/exe", std::vector<std::string>{guard_argument},
                   with_channel_only{channel}) {}

    process_v2::process& process() { return process_; }

    void join(time_point deadline) {
        if (ended_) {
            return;
        }
        process_.async_wait([this](boost::system::error_code error, int) { ended_ = !error; });
        context_.restart();
        context_.run_until(deadline);
    }

private:
    bool ended_ = false;
    boost::asio::io_context context_{1};
    process_v2::process process_;
};

guard_process::guard_process(int channel) {
    try {
        implementation_ = std::make_unique<implementation>(channel);
    } catch (const boost::system::system_error& error) {
        throw environment_error(std::string("cannot start the guard: ") + error.what());
    }
}

// Boost's process kills and reaps in its destructor what has not been waited for.
guard_process::~guard_process() = default;

pid_t guard_process::pid() const {
    return implementation_->process().id();
}

void guard_process::join(time_point deadline) {
    implementation_->join(deadline);
}

}  // namespace stormdrain
