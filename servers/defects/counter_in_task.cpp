// A connection is counted by its own task, when a worker of the runtime first runs that, and not
// by the loop that accepts it. A stop that comes between the two sees nobody and ends the server
// under the request.
// Stimulus: the stop comes while a client that nobody has counted yet waits for its answer.

#include "servers/reference/build.hpp"
#include "servers/reference/one_way_event.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

namespace reference {
namespace {

class late_latch final : public drain_latch {
public:
    late_latch(const boost::asio::any_io_executor& executor, const event_log& log)
        : executor_(executor), log_(log), none_left_(std::make_shared<one_way_event>(executor)) {}

    void connection_started() override {
        boost::asio::post(worker_, [this] { ++alive_; });
    }

    void connection_ended() override {
        boost::asio::post(worker_, [this] {
            if (--alive_ == 0 && stopping_) {
                boost::asio::post(executor_, [ended = none_left_] { ended->set(); });
            }
        });
    }

    boost::asio::awaitable<void> all_ended(stop_kind /*how*/) override {
        log_.write("stopping", "connections=" + std::to_string(alive_));
        stopping_ = true;
        if (alive_ > 0) {
            co_await none_left_->wait();
        }
    }

private:
    boost::asio::any_io_executor executor_;
    event_log log_;
    std::atomic<std::size_t> alive_{0};
    std::atomic<bool> stopping_{false};
    std::shared_ptr<one_way_event> none_left_;
    // The runtime's other threads: in the original, tasks run there. Joined before the rest goes.
    boost::asio::thread_pool worker_{1};
};

class conduct final : public behaviour {
public:
    std::unique_ptr<drain_latch> make_drain_latch(const boost::asio::any_io_executor& executor,
                                                  const event_log& log) const override {
        return std::make_unique<late_latch>(executor, log);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_counter_in_task",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "counter_in_task",
                       .origin = "poem-web/poem#526",
                       .suite = "shutdown_race",
                       .scenario = "uncounted",
                       .expects = "connection_severed",
                       .lifecycle = "process",
                       .cycles = 50}};
}

}  // namespace reference
