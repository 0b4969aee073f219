// Whenever the number of connections falls to zero a permit is stored for the stop that may wait
// for it. One from long ago is still there when the stop comes: it waits for nobody, and requests
// that are being handled are cut off.
// Stimulus: a connection that came and went, then a stop while a request is handled.

#include "servers/reference/build.hpp"
#include "servers/reference/one_way_event.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace reference {
namespace {

class permit_latch final : public drain_latch {
public:
    permit_latch(const boost::asio::any_io_executor& executor, const event_log& log)
        : log_(log), permit_(executor) {}

    void connection_started() override { ++alive_; }

    void connection_ended() override {
        if (--alive_ == 0) {
            permit_.set();
        }
    }

    boost::asio::awaitable<void> all_ended(stop_kind /*how*/) override {
        log_.write("stopping", "connections=" + std::to_string(alive_));
        if (alive_ > 0) {
            co_await permit_.wait();
        }
    }

private:
    event_log log_;
    std::size_t alive_ = 0;
    one_way_event permit_;
};

class conduct final : public behaviour {
public:
    std::unique_ptr<drain_latch> make_drain_latch(const boost::asio::any_io_executor& executor,
                                                  const event_log& log) const override {
        return std::make_unique<permit_latch>(executor, log);
    }
};

}  // namespace

server_build this_build() {
    return {.program = "server_stale_permit",
            .conduct = std::make_unique<conduct>(),
            .defect = {.name = "stale_permit",
                       .origin = "poem-web/poem#550",
                       .suite = "shutdown_race",
                       .scenario = "in_flight",
                       .expects = "connection_severed",
                       .lifecycle = "process"}};
}

}  // namespace reference
