#include "harness/load/websocket_client.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/load/request_fates.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

failure_phase phase_of(const websocket_exchange& done) {
    if (done.end == request_end::answered) {
        return failure_phase::status;
    }
    return done.all_sent ? failure_phase::body : failure_phase::write;
}

// All of one size: the ledger holds the sizes of a route's answers against each other.
std::string message_text(std::uint32_t number) {
    constexpr std::size_t digits_count = 10;  // of the highest number
    const std::string digits = std::to_string(number);
    return "stormdrain " + std::string(digits_count - digits.size(), '0') + digits;
}

}  // namespace

asio::awaitable<void> websocket_client::run() {
    const planned how = co_await do_planned();
    if (--load_.clients_to_finish == 0) {
        load_.moments.finished.open();
    }
    if (load_.profile.after == after_stop::stay_idle) {
        co_await hold();
    } else if (how == planned::stop_came_first && load_.profile.after == after_stop::keep_sending) {
        co_await go_on_after_stop();
    }
    co_await close();
}

asio::awaitable<websocket_client::planned> websocket_client::do_planned() {
    for (std::uint32_t number = 0; number < load_.profile.requests_per_client; ++number) {
        if (number != 0) {
            co_await think();
        }
        if (load_.stopping.is_open()) {
            co_return planned::stop_came_first;
        }
        if (must_end()) {
            break;
        }
        const request_end end = co_await request();
        const bool is_last = --load_.planned_requests_left == 0;
        if (load_.stopping.is_open()) {
            co_return planned::stop_came_first;
        }
        if (is_last && end == request_end::answered) {
            load_.moments.last_response.open();
        }
    }
    co_return planned::done;
}

// Until the server says Close, or hangs up; a new tunnel is not asked for.
asio::awaitable<void> websocket_client::go_on_after_stop() {
    for (std::uint32_t count = 0;
         link_ && link_->takes_messages() && count < client::requests_after_stop_max; ++count) {
        co_await think();
        const bool goes_on = !must_end() && link_->takes_messages();
        if (!goes_on) {
            break;
        }
        co_await request();
    }
    co_await hold();
}

asio::awaitable<void> websocket_client::think() {
    if (load_.profile.think_time == duration::zero()) {
        co_return;
    }
    const time_point until = std::min(deadline_, clock::now() + load_.profile.think_time);
    if (load_.profile.after == after_stop::keep_sending) {
        co_await load_.released.wait(until);
    } else {
        co_await load_.stopping.wait(until);
    }
}

// `link` is kept in the frame.
asio::awaitable<void> websocket_client::hold() {
    const std::shared_ptr<websocket_link> link = link_;
    if (link) {
        co_await first_of(until_open(link->ended(), deadline_),
                          until_open(load_.released, deadline_));
    }
}

asio::awaitable<void> websocket_client::close() {
    const std::shared_ptr<websocket_link> link = link_;
    if (link) {
        link->close();
        co_await link->ended().wait(time_point::max());  // which bounds itself
    }
}

asio::awaitable<void> websocket_client::carry(std::shared_ptr<websocket_link> link) {
    co_await link->run(deadline_);
    const websocket_row& row = link->row();
    const bool met_stop = load_.stopped_at && row.ended >= load_.clock.at(*load_.stopped_at);
    if (met_stop || row.closed_by_server || row.told) {
        load_.book.websocket_ended(row);
    }
}

asio::awaitable<request_end> websocket_client::request() {
    const time_point began = clock::now();
    auto begun = load_.begin_request(began);
    request_row& row = begun.first;
    const asked_route& asked = *begun.second;
    try {
        const time_point deadline = std::min(deadline_, began + load_.profile.request_timeout);
        co_await try_request(row, asked, deadline);
    } catch (const boost::system::system_error&) {
        // Cancelled: the row is kept, so that every message stays accounted for.
        row.end = request_end::abandoned;
        row.ended = load_.clock.now();
        load_.write_down(std::move(row), asked, ordinary_request());
        throw;
    }
    const bool ended_by_time = row.end == request_end::timed_out ||
                               row.end == request_end::connect_failed ||
                               row.end == request_end::handshake_failed;
    if (ended_by_time && out_of_time()) {
        row.end = request_end::abandoned;
    }
    const request_end end = row.end;
    load_.write_down(std::move(row), asked, ordinary_request());
    co_return end;
}

asio::awaitable<void> websocket_client::try_request(request_row& row, const asked_route& asked,
                                                    time_point deadline) {
    if (!link_ || !link_->takes_messages()) {
        const bool is_open = co_await open_tunnel(row, asked, deadline);
        if (!is_open) {
            co_return;
        }
    }
    const std::shared_ptr<websocket_link> link = link_;
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto mine = std::make_shared<websocket_exchange>(executor, message_text(messages_count_++));
    row.connection = link->row().connection;
    row.number_on_connection = number_on_connection_++;
    row.connection_age = row.number_on_connection == 0 ? duration{} : link->age();
    row.idle_before = row.number_on_connection == 0 ? duration{} : link->idle_for(clock::now());
    load_.moments.awaiting_first_byte.open();
    co_await link->exchange(mine, deadline);
    row.status = asked.what.expected_status;  // which opened the tunnel
    row.first_byte_sent = load_.clock.at(mine->began);
    row.all_sent = mine->all_sent ? std::optional(load_.clock.at(*mine->all_sent)) : std::nullopt;
    row.end = mine->end.value_or(request_end::abandoned);
    row.ended = load_.clock.at(mine->over);
    row.error = mine->error;
    row.phase = phase_of(*mine);
    if (row.end == request_end::timed_out || row.end == request_end::malformed) {
        link->close();  // what comes late is not the next message's
    }
    if (row.end == request_end::answered) {
        row.first_byte_received = row.ended;
        row.response_bytes = row.body_bytes = mine->text.size();
    } else if (load_.stopping.is_open() && row.end != request_end::malformed) {
        // A message may cross the stop's Close frame, and nothing says that it is answered: how
        // the tunnel ended is in its own row.
        row.end = request_end::abandoned;
    }
}

asio::awaitable<bool> websocket_client::open_tunnel(request_row& row, const asked_route& asked,
                                                    time_point deadline) {
    std::unique_ptr<websocket_tunnel> made = co_await ask_for_tunnel(row, asked, deadline);
    if (!std::exchange(connected_once_, true) && --load_.clients_to_connect == 0) {
        load_.moments.connected.open();
    }
    if (!made) {
        co_return false;
    }
    co_await close();  // the one before, which has ended or is about to
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    link_ = std::make_shared<websocket_link>(executor, std::move(made), load_.clock);
    number_on_connection_ = 0;
    tasks_.spawn(carry(link_));
    co_return true;
}

asio::awaitable<std::unique_ptr<websocket_tunnel>> websocket_client::ask_for_tunnel(
    request_row& row, const asked_route& asked, time_point deadline) {
    if (!connected_once_) {
        load_.book.first_connect_began(clock::now());
    }
    connect_options options = load_.options_of_client(number_, session_);
    std::unique_ptr<transport> connection =
        co_await load_.connect(row, std::move(options), deadline);
    if (!connection) {
        co_return nullptr;
    }
    ++connection->row().requests_count;
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto tunnel = std::make_unique<websocket_tunnel>(executor, std::move(connection), deadline_);
    const std::string authority = load_.connections.authority();
    const since_start began = load_.clock.now();
    const websocket_opening seen = co_await tunnel->open(asked.what, authority, deadline);
    if (!seen.error) {
        co_return std::move(tunnel);
    }
    if (seen.error == asio::error::operation_aborted) {
        throw boost::system::system_error(seen.error);
    }
    tunnel->connection().close();
    row.first_byte_sent = row.all_sent = began;
    row.ended = load_.clock.now();
    row.status = seen.status;
    row.error = seen.error.message();
    row.phase = seen.status != 0 ? failure_phase::status : failure_phase::head;
    // Answered, and not by the upgrade that the route says.
    const bool is_refused = seen.status != 0 && seen.status != asked.what.expected_status;
    row.end = is_refused ? request_end::answered : end_of_exchange(end_for(seen.error));
    row.first_byte_received = is_refused ? std::optional(row.ended) : std::nullopt;
    co_return nullptr;
}

}  // namespace stormdrain
