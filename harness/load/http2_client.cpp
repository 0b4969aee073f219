#include "harness/load/http2_client.hpp"

#include "harness/base/concurrently.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// RFC 9113 8.7: a stream that was not processed may be asked again. Not at once: whoever refuses
// has a reason, and a client that is there again within microseconds is a busy loop for both.
constexpr duration refusal_pause = std::chrono::milliseconds(10);
// Of a stopping server, in a row: it means it, and need not say GOAWAY.
constexpr std::uint32_t refusals_after_stop_max = 3;

failure_phase phase_of(const http2_exchange& done) {
    if (done.end == request_end::answered) {
        return failure_phase::status;
    }
    if (done.head.status != 0) {
        return failure_phase::body;
    }
    return done.all_sent ? failure_phase::head : failure_phase::write;
}

void fill(request_row& row, const http2_exchange& done, const cycle_clock& started) {
    const auto offset = [&started](const std::optional<time_point>& instant) {
        return instant ? std::optional(started.at(*instant)) : std::nullopt;
    };
    row.number_on_connection = done.number_on_connection;
    row.stream = done.stream;
    row.idle_before = done.idle_before;
    row.first_byte_sent = started.at(done.began);
    row.all_sent = offset(done.all_sent);
    row.first_byte_received = offset(done.first_byte_received);
    row.status = done.head.status;
    row.response_bytes = done.response_bytes;
    row.body_bytes = done.body_bytes;
    row.body_announced = done.head.content_length;
    row.error = done.error;
    row.phase = phase_of(done);
    if (done.end) {
        row.end = *done.end;
        row.ended = started.at(done.over);
    }
}

}  // namespace

http2_client::http2_client(load_state& load, std::uint32_t number, time_point deadline,
                           task_group& tasks)
    : load_(load),
      number_(number),
      deadline_(deadline),
      tasks_(tasks),
      requests_left_(load.profile.requests_per_client),
      streams_to_finish_(load.profile.streams_per_connection),
      streams_running_(load.profile.streams_per_connection) {}

asio::awaitable<void> http2_client::run_stream() {
    // Also when it throws: nobody may wait for a connection that nobody uses.
    struct last_one_out {
        http2_client& client;
        ~last_one_out() {
            if (--client.streams_running_ == 0) {
                for (const std::shared_ptr<http2_link>& link : client.links_) {
                    link->close();
                }
            }
        }
    };
    const last_one_out leaving{*this};
    const planned how = co_await do_planned();
    if (--streams_to_finish_ == 0 && --load_.clients_to_finish == 0) {
        load_.moments.finished.open();
    }
    if (load_.profile.after == after_stop::stay_idle) {
        co_await hold();
    } else if (how == planned::stop_came_first && load_.profile.after == after_stop::keep_sending) {
        co_await go_on_after_stop();
    }
}

asio::awaitable<http2_client::planned> http2_client::do_planned() {
    request_end end = request_end::answered;
    for (bool is_first = true; requests_left_ > 0; is_first = false) {
        if (!is_first) {
            co_await think(end);
        }
        if (load_.stopping.is_open()) {
            co_return planned::stop_came_first;
        }
        if (must_end() || requests_left_ == 0) {
            break;
        }
        --requests_left_;
        end = co_await request();
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

// As long as its connection takes requests, then once more on a fresh one: a restart that hands its
// port over answers it, a plain stop refuses it.
asio::awaitable<void> http2_client::go_on_after_stop() {
    request_end end = request_end::answered;
    std::uint32_t refused_count = 0;
    for (std::uint32_t count = 0; may_ask() && refused_count < refusals_after_stop_max &&
                                  count < client::requests_after_stop_max;
         ++count) {
        co_await think(end);
        if (must_end()) {
            co_return;
        }
        end = co_await request();
        refused_count = end == request_end::answered ? 0 : refused_count + 1;
    }
    if (!std::exchange(tried_again_, true) && !must_end()) {
        co_await request();
    }
    co_await hold();
}

asio::awaitable<void> http2_client::think(request_end before) {
    const duration wait = before == request_end::unprocessed
                              ? std::max(load_.profile.think_time, refusal_pause)
                              : load_.profile.think_time;
    if (wait == duration::zero()) {
        co_return;
    }
    const time_point until = std::min(deadline_, clock::now() + wait);
    if (load_.profile.after == after_stop::keep_sending) {
        co_await load_.released.wait(until);
    } else {
        co_await load_.stopping.wait(until);
    }
}

// The server closes what it has said GOAWAY on: that is waited for. `link` is kept in the frame.
asio::awaitable<void> http2_client::hold() {
    const std::shared_ptr<http2_link> link = link_;
    if (link) {
        co_await first_of(until_open(link->ended(), deadline_),
                          until_open(load_.released, deadline_));
    }
}

asio::awaitable<void> http2_client::carry(std::shared_ptr<http2_link> link) {
    co_await link->run(deadline_);
    const http2_connection_row& row = link->row();
    const bool met_stop = load_.stopped_at && row.ended >= load_.clock.at(*load_.stopped_at);
    if (met_stop || row.closed_by_server || row.goaways_count > 0) {
        load_.book.http2_ended(row);
    }
}

asio::awaitable<request_end> http2_client::request() {
    const time_point began = clock::now();
    auto begun = load_.begin_request(began);
    request_row& row = begun.first;
    const asked_route& asked = *begun.second;
    try {
        const time_point deadline = std::min(deadline_, began + load_.profile.request_timeout);
        co_await try_request(row, asked, deadline);
    } catch (const boost::system::system_error&) {
        // Cancelled: the row is kept, so that every request stays accounted for.
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

asio::awaitable<void> http2_client::try_request(request_row& row, const asked_route& asked,
                                                time_point deadline) {
    const bool is_connected = co_await need_connection(row, deadline);
    if (!is_connected) {
        co_return;
    }
    const std::shared_ptr<http2_link> link = link_;
    row.connection = link->id();
    const std::shared_ptr<http2_exchange> exchange = link->ask(asked.over_http2);
    if (!exchange) {  // the connection has no stream left: 2^30 of them, or no memory
        row.end = request_end::harness_failed;
        row.ended = load_.clock.now();
        co_return;
    }
    row.connection_age = exchange->number_on_connection == 0 ? duration{} : link->age();
    const gate_result waited = co_await exchange->ended.wait(deadline);
    if (waited == gate_result::deadline_passed) {
        link->give_up(*exchange, request_end::timed_out);
    }
    fill(row, *exchange, load_.clock);
    if (link->row().goaways_count > 0) {
        row.goaway_last_stream = link->row().last_stream;
    }
}

bool http2_client::may_ask() const {
    const std::uint32_t cap = load_.profile.requests_per_connection;
    return link_ && link_->takes_requests() && (cap == 0 || link_->requests_count() < cap);
}

asio::awaitable<bool> http2_client::need_connection(request_row& row, time_point deadline) {
    while (!may_ask()) {
        if (const std::shared_ptr<gate> others = connecting_) {
            const gate_result waited = co_await others->wait(deadline);
            if (waited == gate_result::deadline_passed) {
                row.end = request_end::timed_out;
                row.ended = load_.clock.now();
                co_return false;
            }
            continue;
        }
        const bool is_connected = co_await connect(row, deadline);
        if (!is_connected) {
            co_return false;
        }
    }
    co_return true;
}

asio::awaitable<bool> http2_client::connect(request_row& row, time_point deadline) {
    // Opened also when it throws.
    struct turn {
        http2_client& client;
        explicit turn(http2_client& owner, std::shared_ptr<gate> made) : client(owner) {
            client.connecting_ = std::move(made);
        }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
        ~turn() { std::exchange(client.connecting_, nullptr)->open(); }
    };
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    const turn mine(*this, std::make_shared<gate>(executor));
    std::erase_if(links_, [](const auto& link) { return link->has_ended(); });
    if (link_ && link_->takes_requests()) {
        link_->retire();  // at the cap of its requests
    }
    if (!connected_once_) {
        load_.book.first_connect_began(clock::now());
    }
    connect_options options = load_.options_of_client(number_, session_);
    std::unique_ptr<transport> made = co_await load_.connect(row, std::move(options), deadline);
    if (!std::exchange(connected_once_, true) && --load_.clients_to_connect == 0) {
        load_.moments.connected.open();
    }
    if (!made) {
        co_return false;
    }
    link_ = std::make_shared<http2_link>(executor, std::move(made), load_.clock, load_.moments);
    links_.push_back(link_);
    tasks_.spawn(carry(link_));
    co_return true;
}

}  // namespace stormdrain
