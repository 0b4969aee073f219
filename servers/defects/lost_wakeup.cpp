// The stop looks at the number of connections, logs, and waits for a notification. The last
// connection notifies those who wait at that instant and leaves no permit: if it ends between the
// look and the wait, nobody is notified and the stop never ends. The log call belongs to the bug:
// it is what makes the window wide (salvo-rs/salvo#764, fixed in #765; poem-web/poem#661).
// Stimulus: the last connection ends while the stop begins (stop by request from that connection);
// a slow reader of the log raises the probability from about 0.003 to 0.4 and more a cycle.

#include "servers/reference/build.hpp"
#include "servers/reference/one_way_event.hpp"

#include <boost/asio/post.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace reference {
namespace {

class notified_latch final : public drain_latch {
public:
    notified_latch(const boost::asio::any_io_executor& executor, const event_log& log)
        : executor_(executor), log_(log) {}

    void connection_started() override { alive_.fetch_add(1); }

    void connection_ended() override {
        if (alive_.fetch_sub(1) == 1) {
            const std::lock_guard lock(mutex_);
            ++notifications_;
            notified_.notify_all();
        }
    }

    boost::asio::awaitable<void> all_ended(stop_kind /*how*/) override {
        one_way_event ended(executor_);
        // The original waits in a task of a multi-threaded runtime: here, a thread of its own.
        std::thread waiter([this, &ended] {
            wait_for_notification();
            boost::asio::post(executor_, [&ended] { ended.set(); });
        });
        co_await ended.wait();
        waiter.join();
    }

private:
    void wait_for_notification() {
        if (alive_.load() > 0) {
            log_.write("stopping", "connections=" + std::to_string(alive_.load()));
            std::unique_lock lock(mutex_);
            // Like notify_waiters(): what was notified before we wait does not count.
            const std::uint64_t before = notifications_;
            notified_.wait(lock, [this, before] { return notifications_ != before; });
        }
    }

    boost::asio::any_io_executor executor_;
    event_log log_;
    std::atomic<std::size_t> alive_{0};
    std::mutex mutex_;
    std::condition_variable notified_;
    std::uint64_t notifications_ = 0;
};

class conduct final : public behaviour {
public:
    std::unique_ptr<drain_latch> make_drain_latch(const boost::asio::any_io_executor& executor,
                                                  const event_log& log) const override {
        return std::make_unique<notified_latch>(executor, log);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_lost_wakeup",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "lost_wakeup",
                       .origin = "salvo-rs/salvo#764",
                       .suite = "shutdown_race",
                       .scenario = "slow_log/mode=request,load=one",
                       .expects = "shutdown_deadline",
                       .says = "lost wakeup: ",
                       .lifecycle = "process",
                       .cycles = 60}};
}

}  // namespace reference
