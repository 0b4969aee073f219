#include "harness/load/websocket_link.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/load/request_fates.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// For a Close frame to be answered; the server's machine may be busy.
constexpr duration goodbye_limit = std::chrono::seconds(1);

// Being cancelled is the caller's doing, not the server's. Beast gives operation_aborted also to
// who reads or writes while the other direction meets the end: that is none.
asio::awaitable<void> throw_if_cancelled() {
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

}  // namespace

websocket_link::websocket_link(const asio::any_io_executor& executor,
                               std::unique_ptr<websocket_tunnel> tunnel, const cycle_clock& started)
    : executor_(executor),
      tunnel_(std::move(tunnel)),
      clock_(started),
      closing_(executor),
      reader_ended_(executor),
      ended_(executor) {
    row_.connection = tunnel_->connection().row().id;
    row_.opened = clock_.now();
}

asio::awaitable<void> websocket_link::run(time_point deadline) {
    // Also when it is cancelled: its client waits for it.
    struct on_the_way_out {
        gate& door;
        ~on_the_way_out() { door.open(); }
    };
    const on_the_way_out leaving{ended_};
    co_await first_of(read(deadline), leave(deadline));
    reader_ended_.open();
    finish(request_end::abandoned, "the client closed the WebSocket");
    tunnel_->connection().close();
    const connection_row& connection = tunnel_->connection().row();
    row_.ended = connection.server_closed.value_or(clock_.now());
    row_.closed_by_server = connection.server_closed.has_value();
    row_.was_reset = connection.end == connection_end::reset_by_server;
}

void websocket_link::close() {
    closing_.open();
}

asio::awaitable<void> websocket_link::read(time_point deadline) {
    websocket_message message = co_await tunnel_->read();
    while (!message.error) {
        take(message.text);
        message = co_await tunnel_->read();
    }
    co_await throw_if_cancelled();
    if (message.error == asio::error::operation_aborted) {
        co_return;  // the server did not answer our Close in time
    }
    if (const std::optional<std::uint16_t> code = tunnel_->close_code()) {
        row_.told = clock_.now();
        row_.close_code = *code;
        finish(request_end::end_of_stream, "Close " + std::to_string(*code));
    } else {
        finish(end_of_exchange(end_for(message.error)), message.error.message());
    }
    reader_ended_.open();
    // RFC 6455 7.1.1: the server closes the connection first.
    co_await tunnel_->connection().wait_for_server_close(deadline);
}

// Says Close, where the server has not, and ends when the server has had its time to close.
asio::awaitable<void> websocket_link::leave(time_point deadline) {
    co_await closing_.wait(deadline);
    const time_point until = std::min(deadline, clock::now() + goodbye_limit);
    if (!reader_ended_.is_open()) {
        row_.left_by_client = true;
        co_await first_of(tunnel_->say_close(), until_open(reader_ended_, until));
    }
    // The end of read() cancels this.
    gate never_opened(executor_);
    co_await never_opened.wait(until);
}

asio::awaitable<void> websocket_link::exchange(std::shared_ptr<websocket_exchange> mine,
                                               time_point deadline) {
    under_way_ = mine;
    mine->began = clock::now();
    const boost::system::error_code error = co_await tunnel_->write(mine->text);
    co_await throw_if_cancelled();
    if (!error) {
        mine->all_sent = clock::now();
    }
    // A write that fails ends nothing: the reader meets what the server has said before, and its
    // end.
    const gate_result waited = co_await mine->ended.wait(deadline);
    if (waited == gate_result::deadline_passed) {
        finish(request_end::timed_out, "the message did not come back");
    }
}

duration websocket_link::idle_for(time_point now) const {
    return last_message_ ? now - *last_message_ : duration{};
}

void websocket_link::take(const std::string& text) {
    ++row_.messages_count;
    if (!under_way_) {
        return;  // a message of the server's own accord
    }
    const bool is_same = text == under_way_->text;
    finish(is_same ? request_end::answered : request_end::malformed,
           is_same ? "" : "another message came back");
}

void websocket_link::finish(request_end how, std::string error) {
    const std::shared_ptr<websocket_exchange> done = std::exchange(under_way_, nullptr);
    last_message_ = clock::now();
    if (done) {
        done->end = how;
        done->error = std::move(error);
        done->over = *last_message_;
        done->ended.open();
    }
}

}  // namespace stormdrain
