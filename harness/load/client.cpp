#include "harness/load/client.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/load/request_fates.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// Sends the acknowledgement that waits for its delay (tcp(7), TCP_QUICKACK: not permanent). Where
// it cannot be had, the trial shows no difference.
void acknowledge(transport& connection) {
    const int on = 1;
    ::setsockopt(connection.socket().native_handle(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
}

std::optional<since_start> offset(const cycle_clock& started,
                                  const std::optional<time_point>& instant) {
    return instant ? std::optional(started.at(*instant)) : std::nullopt;
}

void fill(request_row& row, const http_exchange& done, const cycle_clock& started) {
    const exchange_report& report = done.report();
    const response_parser& response = done.response();
    row.first_byte_sent = started.at(report.write_began);
    row.all_sent = offset(started, report.all_sent);
    row.first_byte_received = offset(started, report.first_byte_received);
    row.status = response.head().status;
    row.response_bytes = report.response_bytes;
    row.body_bytes = response.body_bytes();
    row.body_announced = response.head().content_length;
    row.chunked = response.head().chunked;
    row.close_announced = response.head().close_announced;
    row.error = report.error;
    row.phase = phase_of(response, {.all_sent = report.all_sent.has_value(),
                                    .whole = report.end == exchange_end::whole});
    // A script that fails in a later turn found a connection that had been idle since the answer
    // before: whether the server may have closed it is asked as of a connection that is reused.
    if (report.turns_done > 0 && report.end != exchange_end::whole) {
        row.number_on_connection += report.turns_done;
        row.idle_before = report.idle_before;
    }
}

}  // namespace

load_state::load_state(const asio::any_io_executor& executor, connector& connector_to_use,
                       const cycle_clock& started, std::vector<route> routes_to_ask,
                       load_profile profile_to_run)
    : connections(connector_to_use),
      clock(started),
      profile(std::move(profile_to_run)),
      moments(executor),
      barriers(executor, profile.clients_count),
      stopping(executor),
      released(executor),
      clients_to_connect(profile.clients_count),
      clients_to_finish(profile.clients_count),
      planned_requests_left(std::uint64_t{profile.clients_count} * profile.requests_per_client) {
    const std::string authority = connections.authority();
    for (std::size_t index = 0; index < routes_to_ask.size(); ++index) {
        routes.push_back(ask(profile.routes.at(index), std::move(routes_to_ask[index]), authority));
        if (is_http2(profile.protocol)) {
            const std::string_view scheme =
                profile.protocol == load_protocol::h2 ? "https" : "http";
            routes.back().over_http2 = render_http2(routes.back().what, authority, scheme);
        }
    }
}

std::pair<request_row, const asked_route*> load_state::begin_request(time_point began) {
    request_row row;
    row.id = book.begin();
    const asked_route& asked = routes[row.id % routes.size()];
    row.route = asked.name;
    row.idempotent = is_idempotent(asked.what);
    row.family = family_of(connections.port().where);
    row.started = clock.at(began);
    return {std::move(row), &asked};
}

std::string load_state::source_of_client(std::uint32_t number) const {
    // There is one such address of IPv6, and none of UNIX sockets.
    const bool has_several = family_of(connections.port().where) == address_family::ipv4;
    return has_several && profile.sources_count > 1
               ? "127.0.0." + std::to_string(1 + number % profile.sources_count)
               : "";
}

connect_options load_state::options_of_client(std::uint32_t number, tls_session& session) const {
    connect_options options;
    options.purpose = "load";
    options.source_address = source_of_client(number);
    options.handshake.version = profile.tls.version;
    options.handshake.session = profile.tls.resumes ? &session : nullptr;
    options.handshake.protocol = profile.protocol == load_protocol::h2 ? "h2" : "";
    return options;
}

asio::awaitable<std::unique_ptr<transport>> load_state::connect(request_row& row,
                                                                connect_options options,
                                                                time_point deadline) {
    connect_outcome outcome = co_await connections.connect(std::move(options), deadline);
    row.connection = outcome.id;
    if (outcome.error == asio::error::operation_aborted) {
        throw boost::system::system_error(outcome.error);
    }
    if (!outcome.connection) {
        row.end = end_of_connect(outcome.stage, outcome.error);
        row.ended = clock.now();
        row.error = outcome.error.message();
        row.phase = outcome.stage == connect_stage::tls_handshake ? failure_phase::tls
                                                                  : failure_phase::connect;
        co_return nullptr;
    }
    book.connected(outcome.connect_time, outcome.handshake_time);
    if (outcome.handshake_resumed) {
        book.handshake_resumed();
    }
    co_return std::move(outcome.connection);
}

bool load_state::write_down(request_row row, const asked_route& asked, ordinary_request done) {
    row.begun_after_stop = began_after_stop(row);
    if (row.end != request_end::answered || row.status != asked.what.expected_status) {
        book.unusual(std::move(row));
        return false;
    }
    done.latency = row.ended - *row.first_byte_sent;
    done.whole_time = row.ended - row.started;
    done.receiving_time = row.ended - *row.first_byte_received;
    done.number_on_connection = row.number_on_connection;
    done.response_bytes = row.response_bytes;
    done.begun_after_stop = row.begun_after_stop;
    book.ordinary(done);
    if (!stopped_at) {
        book.had_body(asked.name, row.body_bytes);
    } else if (!row.begun_after_stop) {
        book.met_stop(std::move(row));
    }
    return true;
}

asio::awaitable<void> client::run() {
    const planned how = co_await do_planned();
    load_.barriers.leave();
    if (--load_.clients_to_finish == 0) {
        load_.moments.finished.open();
    }
    if (load_.profile.after == after_stop::stay_idle) {
        co_await hold();
    } else if (how == planned::stop_came_first && load_.profile.after == after_stop::keep_sending) {
        co_await go_on_after_stop();
    }
    close();
}

namespace {

// Whoever waits at a gate of the load runs before this returns, in the same tick: waking up from
// gate::wait() takes three turns of the event loop (timer, its deadline's end, coroutine).
asio::awaitable<void> let_watchers_act() {
    constexpr int turns = 4;
    for (int turn = 0; turn < turns; ++turn) {
        co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
}

}  // namespace

asio::awaitable<client::planned> client::do_planned() {
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
            close_unless_reusable();
            co_return planned::stop_came_first;
        }
        if (is_last && end == request_end::answered) {
            load_.moments.last_response.open();
            co_await let_watchers_act();
        }
        close_unless_reusable();
    }
    co_return planned::done;
}

// Until the server hangs up, then once more on a fresh connection: a restart that hands its port
// over answers it, a plain stop refuses it.
asio::awaitable<void> client::go_on_after_stop() {
    for (std::uint32_t number = 0; connection_ && number < requests_after_stop_max; ++number) {
        co_await think();
        if (must_end()) {
            co_return;
        }
        co_await request();
        close_unless_reusable();
    }
    if (!must_end()) {
        co_await request();
    }
}

asio::awaitable<void> client::think() {
    if (load_.profile.think_time == duration::zero()) {
        co_return;
    }
    const time_point until = std::min(deadline_, clock::now() + load_.profile.think_time);
    if (load_.profile.after == after_stop::keep_sending) {
        // Keeps its pace, lest the stop set all clients in step.
        co_await load_.released.wait(until);
    } else {
        co_await load_.stopping.wait(until);
    }
}

namespace {

asio::awaitable<void> until_server_closes(transport& connection, time_point deadline) {
    co_await connection.wait_for_server_close(deadline);
}

}  // namespace

asio::awaitable<void> client::hold() {
    if (connection_) {
        co_await first_of(until_server_closes(*connection_, deadline_),
                          until_open(load_.released, deadline_));
    }
}

asio::awaitable<request_end> client::request() {
    const time_point began = clock::now();
    auto begun = load_.begin_request(began);
    request_row& row = begun.first;
    const asked_route& asked = *begun.second;
    reusable_ = false;
    try {
        co_await try_request(row, asked,
                             std::min(deadline_, began + load_.profile.request_timeout));
    } catch (const boost::system::system_error&) {
        // Cancelled: the row is kept, so that every request stays accounted for.
        row.end = request_end::abandoned;
        row.ended = load_.clock.now();
        write_down(std::move(row), asked);
        throw;
    }
    const bool ended_by_time = row.end == request_end::timed_out ||
                               row.end == request_end::connect_failed ||
                               row.end == request_end::handshake_failed;
    if (ended_by_time && out_of_time()) {
        row.end = request_end::abandoned;
    }
    const request_end end = row.end;
    write_down(std::move(row), asked);
    co_return end;
}

asio::awaitable<void> client::try_request(request_row& row, const asked_route& asked,
                                          time_point deadline) {
    if (!connection_) {
        const bool connected = co_await connect(row, deadline);
        if (!std::exchange(connected_once_, true) && --load_.clients_to_connect == 0) {
            load_.moments.connected.open();
        }
        if (!connected) {
            co_return;
        }
    }
    co_await exchange(row, asked, deadline);
}

asio::awaitable<bool> client::connect(request_row& row, time_point deadline) {
    if (!connected_once_) {
        load_.book.first_connect_began(clock::now());
    }
    connect_options options = load_.options_of_client(number_, session_);
    connection_ = co_await load_.connect(row, std::move(options), deadline);
    requests_on_connection_ = 0;
    co_return connection_ != nullptr;
}

asio::awaitable<void> client::exchange(request_row& row, const asked_route& asked,
                                       time_point deadline) {
    const std::uint32_t cap = load_.profile.requests_per_connection;
    const bool is_last = cap != 0 && requests_on_connection_ + 1 >= cap;
    row.connection = connection_->row().id;
    row.number_on_connection = requests_on_connection_++;
    if (row.number_on_connection != 0) {
        row.idle_before = clock::now() - previous_response_;
        row.connection_age = load_.clock.now() - connection_->row().opened;
    }
    acknowledges_at_once_ = load_.acknowledgement.acknowledges_at_once();
    http_exchange exchange(*connection_, is_last ? asked.last_request : asked.request);
    exchange.at_barrier = [this](std::string name) { return load_.barriers.meet(std::move(name)); };
    exchange.on_awaiting_first_byte = [this] { load_.moments.awaiting_first_byte.open(); };
    exchange.on_mid_response = [this] {
        load_.moments.mid_response.open();
        if (acknowledges_at_once_) {
            acknowledge(*connection_);
        }
    };
    try {
        co_await exchange.run(deadline);
    } catch (const boost::system::system_error&) {
        fill(row, exchange, load_.clock);
        throw;
    }
    fill(row, exchange, load_.clock);
    row.end = end_of_exchange(*exchange.report().end);
    row.ended = load_.clock.at(exchange.report().ended);
    previous_response_ = exchange.report().ended;
    reusable_ = exchange.report().persists && !is_last;
}

void client::write_down(request_row row, const asked_route& asked) {
    ordinary_request done;
    done.acknowledged_at_once = acknowledges_at_once_;
    const duration receiving_time =
        row.first_byte_received ? row.ended - *row.first_byte_received : duration{};
    if (load_.write_down(std::move(row), asked, done)) {
        load_.acknowledgement.answered(receiving_time);
    }
}

void client::close_unless_reusable() {
    if (!reusable_) {
        close();
    }
}

void client::close() {
    if (connection_) {
        connection_->close();
        connection_.reset();
    }
}

}  // namespace stormdrain
