// The stop waits for a helper that the server has started and that nobody has told to end. The
// helper ends by itself after a while, so that a harness that misses it is not littered.
// Stimulus: any stop.

#include "servers/reference/build.hpp"

#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <utility>

namespace reference {
namespace {

// As old as its server, and ends after the last connection: so does its helper.
class helper_latch final : public drain_latch {
public:
    explicit helper_latch(std::unique_ptr<drain_latch> connections)
        : connections_(std::move(connections)) {
        std::string program = "sleep";
        std::string outlives_server_s = "60";
        const std::array<char*, 3> argv = {program.data(), outlives_server_s.data(), nullptr};
        // Without it the defect does not show, and its test fails.
        ::posix_spawnp(&helper_, program.c_str(), nullptr, nullptr, argv.data(), environ);
    }

    void connection_started() override { connections_->connection_started(); }
    void connection_ended() override { connections_->connection_ended(); }

    boost::asio::awaitable<void> all_ended(stop_kind how) override {
        co_await connections_->all_ended(how);
        ::waitpid(helper_, nullptr, 0);  // an interrupted wait is over all the same
    }

private:
    std::unique_ptr<drain_latch> connections_;
    pid_t helper_ = -1;
};

class conduct final : public behaviour {
public:
    std::unique_ptr<drain_latch> make_drain_latch(const boost::asio::any_io_executor& executor,
                                                  const event_log& log) const override {
        return std::make_unique<helper_latch>(behaviour::make_drain_latch(executor, log));
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_waits_for_child",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "waits_for_child",
                       .origin = "cfengine/core#6129",
                       .suite = "shutdown_cycles",
                       .scenario = "moments/at=at_rest,load=keep_alive",
                       .expects = "shutdown_deadline",
                       .also = {"orphan_process"},
                       .says = "waiting for child: ",
                       .lifecycle = "process"}};
}

}  // namespace reference
