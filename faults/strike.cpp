#include "faults/strike.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/process/socket_table.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// "::ffff:127.0.0.1" is how a dual-stack listener shows an IPv4 peer.
std::string_view without_mapping(std::string_view address) {
    constexpr std::string_view prefix = "::ffff:";
    return address.starts_with(prefix) ? address.substr(prefix.size()) : address;
}

std::string why_not_connected(const connect_outcome& outcome) {
    const bool in_handshake = outcome.stage == connect_stage::tls_handshake;
    if (outcome.error == asio::error::timed_out) {
        return in_handshake ? "the TLS handshake was not over in time" : "no connection in time";
    }
    return (in_handshake ? "the TLS handshake failed: " : "no connection: ") +
           outcome.error.message();
}

asio::awaitable<void> until_released(fault_context& context) {
    co_await context.released.wait(context.deadline);
}

}  // namespace

strike_attempt::strike_attempt(fault_context& context, std::string_view kind)
    : context_(context),
      standing_deadline_(std::min(context.deadline, clock::now() + context.stands_within)),
      purpose_("fault " + std::string(kind)) {
    happened_.proof = "ended before it could strike";
}

asio::awaitable<bool> strike_attempt::connect(connect_options options) {
    options.purpose = purpose_;
    connect_outcome outcome = co_await context_.connections.connect(std::move(options), deadline());
    happened_.connection = outcome.id;
    if (outcome.error == asio::error::operation_aborted) {
        throw boost::system::system_error(outcome.error);
    }
    if (!outcome.connection) {
        not_delivered(why_not_connected(outcome));
        co_return false;
    }
    connection_ = std::move(outcome.connection);
    co_return true;
}

std::optional<rendered_request> strike_attempt::request_for(const std::string& route_name) {
    const auto found = context_.routes.find(route_name);
    if (found == context_.routes.end()) {
        not_delivered("the target has no route \"" + route_name + "\"");
        return std::nullopt;
    }
    return render(found->second, context_.connections.authority(), connection_use::keep_alive);
}

asio::awaitable<bool> strike_attempt::exchange(const rendered_request& request) {
    http_exchange whole(*connection_, request);
    co_await whole.run(deadline());
    saw_response(whole);
    if (!whole.report().persists) {
        not_delivered(why_cut_short(whole.report()));
        co_return false;
    }
    co_return true;
}

asio::awaitable<bool> strike_attempt::send(std::string_view bytes) {
    const transfer sent = co_await connection_->write(bytes, deadline());
    if (sent.error == asio::error::operation_aborted) {
        throw boost::system::system_error(sent.error);
    }
    if (sent.error == asio::error::timed_out) {
        not_delivered("the server did not take what was sent in time");
        co_return false;
    }
    if (sent.error) {
        not_delivered("sending failed after " + std::to_string(sent.bytes) +
                      " bytes: " + sent.error.message());
        co_return false;
    }
    co_return true;
}

std::optional<tcp_socket_facts> strike_attempt::server_socket() const {
    const connection_row& row = connection_->row();
    socket_table sockets;
    for (const tcp_socket_facts& socket : sockets.with_local_port(row.remote.port)) {
        if (socket.remote.port == row.local.port &&
            without_mapping(socket.remote.address) == without_mapping(row.local.address)) {
            return socket;
        }
    }
    return std::nullopt;
}

std::optional<tcp_socket_facts> strike_attempt::established_server_socket() {
    std::optional<tcp_socket_facts> server = server_socket();
    if (!server || server->state != tcp_state::established) {
        not_delivered("the server's socket was not ESTABLISHED when it was to be struck: " +
                      to_text(server));
        server.reset();
    }
    return server;
}

void strike_attempt::delivered(std::string proof) {
    happened_.delivered = true;
    happened_.proof = std::move(proof);
    happened_.struck = context_.clock.now();
    context_.in_place();
}

void strike_attempt::not_delivered(std::string why) {
    happened_.delivered = false;
    happened_.proof = std::move(why);
}

void strike_attempt::add_to_proof(std::string_view more) {
    happened_.proof += more;
}

void strike_attempt::failed(std::string_view why) {
    const std::string text = "the harness failed: " + std::string(why);
    if (is_delivered()) {
        add_to_proof("; then " + text);
    } else {
        not_delivered(text);
    }
}

void strike_attempt::saw_response(const http_exchange& seen) {
    const int status = seen.response().head().status;
    if (status != 0) {
        happened_.response_status = status;
    }
    happened_.response_complete = seen.report().end == exchange_end::whole;
}

asio::awaitable<void> strike_attempt::pause(duration length) {
    const time_point until = std::min(deadline(), clock::now() + length);
    asio::steady_timer timer(co_await asio::this_coro::executor, until);
    co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<void> strike_attempt::hold_until_server_closes() {
    co_await connection_->wait_for_server_close(deadline());
}

injection strike_attempt::finish() {
    if (connection_) {
        connection_->close();
        happened_.server_closed = connection_->row().server_closed;
        connection_.reset();
    }
    happened_.ended = context_.clock.now();
    return happened_;
}

asio::awaitable<injection> connection_fault::inject(fault_context& context) const {
    strike_attempt here(context, traits_.kind);
    try {
        if (traits_.holds == held_condition::none) {
            co_await strike(here);
        } else {
            co_await first_of(strike(here), until_released(context));
        }
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) {
            throw;
        }
        here.failed(error.what());
    } catch (const std::exception& error) {
        here.failed(error.what());  // environment_error: no descriptor to look at sockets with
    }
    injection happened = here.finish();
    co_return happened;
}

strike_point read_point(object_reader& keys, std::initializer_list<strike_point> allowed) {
    std::vector<std::pair<std::string_view, strike_point>> words;
    for (const strike_point point : allowed) {
        words.emplace_back(to_text(point), point);
    }
    return keys.choice<strike_point>("at", words, *allowed.begin());
}

std::string why_cut_short(const exchange_report& report) {
    switch (report.end.value_or(exchange_end::timed_out)) {
        case exchange_end::whole:
            return "the server announced that it closes the connection";
        case exchange_end::reset:
            return "the server reset the connection before its answer was whole";
        case exchange_end::end_of_stream:
            return "the server closed the connection before its answer was whole";
        case exchange_end::timed_out:
            return report.all_sent ? "no whole answer came in time"
                                   : "the server did not take the whole request in time";
        case exchange_end::malformed:
            break;
    }
    return "the answer was not HTTP/1.1: " + report.error;
}

std::string to_text(const std::optional<tcp_socket_facts>& server_socket) {
    if (!server_socket) {
        return "gone";
    }
    return std::string(to_text(server_socket->state)) +
           (server_socket->inode != 0 ? ", accepted" : ", not accepted yet");
}

}  // namespace stormdrain
