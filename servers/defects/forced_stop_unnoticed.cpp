// The last connection wakes the stop only when the stop is a graceful one. A forced stop sets
// another flag: if a connection is open when it comes, nobody ever tells it that all have ended.
// Stimulus: a forced stop while a connection is open.

#include "servers/reference/build.hpp"
#include "servers/reference/one_way_event.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace reference {
namespace {

class graceful_latch final : public drain_latch {
public:
    graceful_latch(const boost::asio::any_io_executor& executor, const event_log& log)
        : log_(log), none_left_(executor) {}

    void connection_started() override { ++alive_; }

    void connection_ended() override {
        if (--alive_ == 0 && graceful_) {
            none_left_.set();
        }
    }

    boost::asio::awaitable<void> all_ended(stop_kind how) override {
        log_.write("stopping", "connections=" + std::to_string(alive_));
        graceful_ = how == stop_kind::graceful;
        if (alive_ > 0) {
            co_await none_left_.wait();
        }
    }

private:
    event_log log_;
    std::size_t alive_ = 0;
    bool graceful_ = false;
    one_way_event none_left_;
};

class conduct final : public behaviour {
public:
    std::unique_ptr<drain_latch> make_drain_latch(const boost::asio::any_io_executor& executor,
                                                  const event_log& log) const override {
        return std::make_unique<graceful_latch>(executor, log);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_forced_stop_unnoticed",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "forced_stop_unnoticed",
                       .origin = "salvo-rs/salvo#923",
                       .suite = "shutdown_race",
                       .scenario = "forced/at=during_load,load=keep_alive",
                       .expects = "shutdown_deadline",
                       .says = "lost wakeup: ",
                       .lifecycle = "process"}};
}

}  // namespace reference
