// A connection is counted by its own task, when the runtime first runs that, and not by the loop
// that accepts it. A stop that comes between the two sees nobody and ends the server under the
// request. How long a busy runtime lets a new task wait is a matter of chance: here, a millisecond.
// Stimulus: the stop comes while a client that nobody has counted yet waits for its answer.

#include "servers/reference/build.hpp"
#include "servers/reference/one_way_event.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace reference {
namespace {

constexpr std::chrono::milliseconds scheduling_delay{1};

class late_latch final : public drain_latch {
public:
    late_latch(const boost::asio::any_io_executor& executor, const event_log& log)
        : executor_(executor), log_(log), count_(std::make_shared<count>(executor)) {}

    void connection_started() override {
        in_its_task([](count& seen) { ++seen.alive; });
    }

    void connection_ended() override {
        in_its_task([](count& seen) {
            if (--seen.alive == 0 && seen.stopping) {
                seen.none_left.set();
            }
        });
    }

    boost::asio::awaitable<void> all_ended(stop_kind /*how*/) override {
        log_.write("stopping", "connections=" + std::to_string(count_->alive));
        count_->stopping = true;
        if (count_->alive > 0) {
            co_await count_->none_left.wait();
        }
    }

private:
    // Outlives the server, as a task does that has not run yet.
    struct count {
        explicit count(const boost::asio::any_io_executor& executor) : none_left(executor) {}
        std::size_t alive = 0;
        bool stopping = false;
        one_way_event none_left;
    };

    void in_its_task(void (*step)(count&)) {
        const auto wait = std::make_shared<boost::asio::steady_timer>(executor_, scheduling_delay);
        wait->async_wait([wait, step, seen = count_](boost::system::error_code) { step(*seen); });
    }

    boost::asio::any_io_executor executor_;
    event_log log_;
    std::shared_ptr<count> count_;
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
                       .cycles = 20}};
}

}  // namespace reference
