#pragma once
// One WebSocket of a load's client: reads what the server says for as long as it lasts, and tells
// the message under way how it ended.

#include "harness/base/gate.hpp"
#include "harness/load/ledger.hpp"
#include "harness/net/websocket/tunnel.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace stormdrain {

// One message, as far as it has come.
struct websocket_exchange {
    websocket_exchange(const boost::asio::any_io_executor& executor, std::string text_to_send)
        : text(std::move(text_to_send)), ended(executor) {}

    std::string text;
    time_point began{};
    std::optional<time_point> all_sent;
    time_point over{};
    std::optional<request_end> end;  // empty: it goes on
    std::string error;
    gate ended;
};

class websocket_link {
public:
    // `tunnel` is open.
    websocket_link(const boost::asio::any_io_executor& executor,
                   std::unique_ptr<websocket_tunnel> tunnel, const cycle_clock& started);

    // Until the connection has ended, by either side. To be called once; the object outlives it.
    boost::asio::awaitable<void> run(time_point deadline);
    // Ends run(): says Close, and waits a moment for the server's end.
    void close();

    // Sends it and waits until it is back, or nothing can come any more. One at a time.
    boost::asio::awaitable<void> exchange(std::shared_ptr<websocket_exchange> mine,
                                          time_point deadline);

    bool takes_messages() const { return !reader_ended_.is_open() && !closing_.is_open(); }
    // Opens with the end of run().
    gate& ended() { return ended_; }
    const websocket_row& row() const { return row_; }
    duration age() const { return clock_.now() - row_.opened; }
    // Since the last message came back; none yet: zero.
    duration idle_for(time_point now) const;

private:
    boost::asio::awaitable<void> read(time_point deadline);
    boost::asio::awaitable<void> leave(time_point deadline);
    void take(const std::string& text);
    void finish(request_end how, std::string error);

    boost::asio::any_io_executor executor_;
    std::unique_ptr<websocket_tunnel> tunnel_;
    cycle_clock clock_;
    websocket_row row_;
    std::shared_ptr<websocket_exchange> under_way_;
    std::optional<time_point> last_message_;
    gate closing_;
    gate reader_ended_;
    gate ended_;
};

}  // namespace stormdrain
