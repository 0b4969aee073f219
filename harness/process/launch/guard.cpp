#include "harness/process/launch/guard.hpp"

#include "harness/base/environment_error.hpp"
#include "harness/process/launch/descriptor_passing.hpp"
#include "harness/process/launch/guard_process.hpp"
#include "harness/process/launch/idle_keepers.hpp"
#include "harness/process/launch/keeper_protocol.hpp"
#include "harness/process/launch/kept_process.hpp"
#include "harness/process/launch/leak_canary.hpp"
#include "harness/process/launch/memory_file.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <mutex>
#include <utility>

namespace stormdrain {
namespace {

// The guard reads each request within microseconds; one that does not is stopped or hangs.
constexpr std::chrono::seconds guard_reads_within{5};
// More than the guard itself waits for its last keepers.
constexpr std::chrono::seconds guard_ends_within{8};

[[noreturn]] void throw_environment_error(const std::string& what, int error) {
    throw environment_error(what + ": " + std::strerror(error));
}

owned_descriptor to_memory_file(const std::string& bytes) {
    owned_descriptor file = make_memory_file("stormdrain-launch", bytes);
    if (!file.is_open()) {
        throw_environment_error("cannot write a memory file", errno);
    }
    return file;
}

}  // namespace

class guard::implementation {
public:
    implementation() : implementation(make_channel()) {}
    implementation(const implementation&) = delete;
    implementation& operator=(const implementation&) = delete;
    ~implementation() {
        idle_->dismiss();
        channel_.reset();  // end-of-file is the guard's order to end
        process_.join(clock::now() + guard_ends_within);
    }

    pid_t pid() const { return process_.pid(); }
    const std::shared_ptr<idle_keepers>& idle() const { return idle_; }

    void send(const launch_request& request, std::span<const int> descriptors) {
        const std::lock_guard lock(mutex_);
        const int error = send_struct(channel_.get(), request, descriptors);
        if (error == EPIPE || error == ECONNRESET) {
            throw environment_error("the guard is gone (process " + std::to_string(pid()) + ")");
        }
        if (error != 0) {
            throw_environment_error("cannot send a launch to the guard", error);
        }
    }

private:
    explicit implementation(channel_pair ends)
        : channel_(std::move(ends.ours)), process_(ends.theirs.get()) {
        const timeval bound{guard_reads_within.count(), 0};
        if (::setsockopt(channel_.get(), SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound)) != 0) {
            throw_environment_error("setsockopt(SO_SNDTIMEO)", errno);
        }
    }

    std::mutex mutex_;
    owned_descriptor canary_ = make_leak_canary();  // before anything is started
    owned_descriptor channel_;
    guard_process process_;
    std::shared_ptr<idle_keepers> idle_ = std::make_shared<idle_keepers>();
};

guard::guard() : implementation_(std::make_unique<implementation>()) {}

guard::~guard() = default;

pid_t guard::pid() const {
    return implementation_->pid();
}

std::unique_ptr<server_process> guard::launch(const boost::asio::any_io_executor& executor,
                                              const launch_spec& spec,
                                              const launch_descriptors& descriptors) {
    const owned_descriptor spec_file = to_memory_file(encode(spec));
    launch_request request;
    request.has_input = descriptors.input >= 0 ? 1 : 0;
    request.has_output = descriptors.output >= 0 ? 1 : 0;
    request.listeners_count = static_cast<std::uint32_t>(descriptors.listeners.size());
    std::vector<int> passed{spec_file.get()};
    if (request.has_input == 1) {
        passed.push_back(descriptors.input);
    }
    if (request.has_output == 1) {
        passed.push_back(descriptors.output);
    }
    passed.insert(passed.end(), descriptors.listeners.begin(), descriptors.listeners.end());
    const std::shared_ptr<idle_keepers>& idle = implementation_->idle();
    owned_descriptor channel = idle->take();
    // One that was killed while it had nothing to do is not missed.
    if (!channel.is_open() || send_struct(channel.get(), request, passed) != 0) {
        channel_pair fresh = make_channel();
        passed.insert(passed.begin(), fresh.theirs.get());
        implementation_->send(request, passed);
        channel = std::move(fresh.ours);
    }
    return std::make_unique<kept_process>(executor, std::move(channel), spec.argv.front(), idle);
}

}  // namespace stormdrain
