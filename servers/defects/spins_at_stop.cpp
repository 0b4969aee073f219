// The stop waits in a loop for a flag that the last connection sets when it ends. Without a
// connection at the stop nobody sets it, and the loop takes a core for ever.
// Stimulus: a stop of an idle server.

#include "servers/reference/build.hpp"
#include "servers/reference/one_way_event.hpp"

#include <boost/asio/post.hpp>

#include <atomic>
#include <string>
#include <thread>

namespace reference {
namespace {

class spinning_latch final : public drain_latch {
public:
    spinning_latch(const boost::asio::any_io_executor& executor, const event_log& log)
        : executor_(executor), log_(log) {}

    void connection_started() override { ++alive_; }

    void connection_ended() override {
        --alive_;
        if (stopping_ && alive_ == 0) {
            last_has_ended_ = true;
        }
    }

    boost::asio::awaitable<void> all_ended(stop_kind /*how*/) override {
        log_.write("stopping", "connections=" + std::to_string(alive_));
        stopping_ = true;
        one_way_event ended(executor_);
        std::thread waiter([this, &ended] {
            wait_for_flag();
            boost::asio::post(executor_, [&ended] { ended.set(); });
        });
        co_await ended.wait();
        waiter.join();
    }

private:
    void wait_for_flag() const {
        while (!last_has_ended_) {
        }
    }

    boost::asio::any_io_executor executor_;
    event_log log_;
    std::size_t alive_ = 0;
    bool stopping_ = false;
    std::atomic<bool> last_has_ended_{false};
};

class conduct final : public behaviour {
public:
    std::unique_ptr<drain_latch> make_drain_latch(const boost::asio::any_io_executor& executor,
                                                  const event_log& log) const override {
        return std::make_unique<spinning_latch>(executor, log);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_spins_at_stop",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "spins_at_stop",
                       .origin = "haproxy/haproxy#2537",
                       .suite = "shutdown_cycles",
                       .scenario = "moments/at=at_rest,load=keep_alive",
                       .expects = "shutdown_deadline",
                       .says = "spinning: ",
                       .lifecycle = "process"}};
}

}  // namespace reference
