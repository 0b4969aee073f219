#include "servers/reference/drain_latch.hpp"

#include "servers/reference/one_way_event.hpp"

#include <string>

namespace reference {
namespace {

class counting_latch final : public drain_latch {
public:
    counting_latch(const boost::asio::any_io_executor& executor, const event_log& log)
        : log_(log), none_left_(executor) {}

    void connection_started() override { ++alive_; }

    void connection_ended() override {
        --alive_;
        if (waiting_ && alive_ == 0) {
            none_left_.set();
        }
    }

    boost::asio::awaitable<void> all_ended(stop_kind /*how*/) override {
        log_.write("stopping", "connections=" + std::to_string(alive_));
        waiting_ = true;
        if (alive_ == 0) {
            none_left_.set();
        }
        co_await none_left_.wait();
    }

private:
    event_log log_;
    std::size_t alive_ = 0;
    bool waiting_ = false;
    one_way_event none_left_;
};

}  // namespace

std::unique_ptr<drain_latch> make_drain_latch(const boost::asio::any_io_executor& executor,
                                              const event_log& log) {
    return std::make_unique<counting_latch>(executor, log);
}

}  // namespace reference
