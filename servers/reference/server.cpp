#include "servers/reference/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <string>
#include <utility>

namespace reference {

namespace asio = boost::asio;

namespace {

constexpr std::size_t scratch_bytes = 64 * 1024;

std::string what_of(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "unknown";
    }
}

}  // namespace

server::server(const asio::any_io_executor& executor, const server_surroundings& surroundings)
    : executor_(executor),
      surroundings_(surroundings),
      scratch_(scratch_bytes),
      deadlines_(executor),
      drain_deadline_(deadlines_, *this),
      context_{.executor = executor,
               .options = surroundings.options,
               .conduct = surroundings.conduct,
               .deadlines = deadlines_,
               .counted = counted_,
               .date = date_,
               .scratch = scratch_,
               .request_stop = [this] { request_stop(); },
               .handshake_over =
                   [this] {
                       --handshakes_;
                       make_room();
                   },
               .speaks_http2 = surroundings.serves.speaks_http2()},
      service_(surroundings.serves.make_service(context_)),
      latch_(surroundings.conduct.make_drain_latch(executor, surroundings.log)),
      stop_requested_(executor),
      tasks_(executor) {}

stream_endpoint server::add_listener(stream_acceptor acceptor, protocol speaks) {
    const listener_options options = {.conduct = surroundings_.conduct,
                                      .speaks = speaks,
                                      .backlog = surroundings_.options.backlog,
                                      .backoff = surroundings_.options.accept_backoff};
    auto on_accept = [this](stream_socket socket, protocol spoken) {
        adopt(std::move(socket), spoken);
    };
    listeners_.emplace_back(std::move(acceptor), options, counted_, std::move(on_accept),
                            [this, speaks] { return has_room(speaks); });
    return listeners_.back().endpoint();
}

bool server::has_room(protocol speaks) const {
    const behaviour& conduct = surroundings_.conduct;
    const std::size_t lost = conduct.frees_place_of_reset() ? 0 : counted_.connections_reset;
    return sessions_.size() + lost <
               conduct.connections_max(surroundings_.options.connections_max) &&
           (speaks == protocol::http || handshakes_ < conduct.handshakes_max());
}

void server::make_room() {
    for (listener& one : listeners_) {
        one.room_freed();
    }
}

void server::adopt(stream_socket socket, protocol speaks) {
    const int descriptor = socket.native_handle();
    const bool is_tls = speaks == protocol::https;
    accepted_socket accepted = {
        .socket = std::move(socket),
        .bytes = is_tls ? make_tls_stream(*surroundings_.tls, descriptor,
                                          surroundings_.conduct.reads_records())
                        : make_plain_stream(descriptor),
        .first_phase = is_tls ? connection_phase::handshaking : connection_phase::silent};
    if (!accepted.bytes) {
        ++counted_.accept_failures;  // no memory for TLS: the socket closes, others may fare better
        return;
    }
    sessions_.push_front(service_->make_session(std::move(accepted)));
    const auto position = sessions_.begin();
    ++counted_.connections_accepted;
    ++counted_.connections_open;
    handshakes_ += is_tls ? 1 : 0;
    latch_->connection_started();
    auto ended = [this, position](const std::exception_ptr& failure) {
        if (failure) {
            // Out of memory: this connection is lost, the others are not.
            surroundings_.log.write("connection_failed", "error=\"" + what_of(failure) + '"');
        }
        sessions_.erase(position);
        --counted_.connections_open;
        make_room();
        latch_->connection_ended();
    };
    asio::co_spawn(executor_, (*position)->serve(), std::move(ended));
}

void server::open_control_socket(const std::string& path) {
    auto answer = [this] { return to_line(counted_); };
    control_ =
        std::make_unique<control_socket>(executor_, path, surroundings_.conduct, std::move(answer));
}

asio::awaitable<void> server::run() {
    tasks_.spawn(deadlines_.run());
    if (control_) {
        tasks_.spawn(control_->run());
    }
    for (listener& one : listeners_) {
        tasks_.spawn(one.run());
    }
    co_await stop_requested_.wait();
    begin_drain();
    co_await latch_->all_ended(how_);
    co_await end_sessions();
    co_await service_->all_ended();
    surroundings_.log.write("drained",
                            "force_closed=" + std::to_string(counted_.connections_force_closed));
    deadlines_.stop();
    if (control_) {
        control_->close();
    }
    co_await tasks_.join();
}

void server::begin_drain() {
    for (listener& one : listeners_) {
        one.accept_queued();
        one.close();
    }
    for (const std::unique_ptr<session>& one : sessions_) {
        one->stop();
    }
    service_->stop();
    if (how_ == stop_kind::forced) {
        drain_deadline_.set_deadline(time_point::min());
    } else if (surroundings_.conduct.enforces_drain_deadline()) {
        drain_deadline_.set_deadline(clock::now() + surroundings_.options.drain_deadline);
    }
}

// The latch has said that there is none. Where it errs, they end with the server nevertheless, as
// the tasks of a runtime do that is shut down.
asio::awaitable<void> server::end_sessions() {
    close_stragglers();
    while (!sessions_.empty()) {
        co_await asio::post(executor_, asio::use_awaitable);
    }
}

void server::request_stop() {
    stop_requested_.set();
}

void server::force_stop() {
    how_ = stop_kind::forced;
    request_stop();
    drain_deadline_.set_deadline(time_point::min());
}

void server::close_stragglers() {
    for (const std::unique_ptr<session>& one : sessions_) {
        one->force_close();
    }
}

}  // namespace reference
