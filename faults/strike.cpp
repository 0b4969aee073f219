#include "faults/strike.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/config/object_reader.hpp"
#include "harness/process/census/socket_table.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace stormdrain {

namespace asio = boost::asio;

namespace {

// A link passes on within a tenth of a millisecond what no toxic holds back, unless the machine
// starves it.
constexpr duration link_notice_max = std::chrono::milliseconds(500);
constexpr duration link_look_interval = std::chrono::milliseconds(1);

asio::awaitable<void> until_released(fault_context& context) {
    co_await context.released.wait(context.deadline);
}

// The same of a fault that waits for the stop. Once that has begun, the strike sees to its own end:
// both may come in one turn, and it is to strike nevertheless.
asio::awaitable<void> until_released_unstruck(fault_context& context) {
    co_await context.released.wait(context.deadline);
    if (context.stop_begins != nullptr && context.stop_begins->is_open()) {
        gate never_opened(co_await asio::this_coro::executor);
        co_await never_opened.wait(context.deadline);
    }
}

}  // namespace

strike_attempt::strike_attempt(fault_context& context, std::string_view kind)
    : attempt(context), purpose_("fault " + std::string(kind)) {}

asio::awaitable<bool> strike_attempt::connect(connect_options options) {
    options.purpose = purpose_;
    connect_outcome outcome =
        co_await context().connections.connect(std::move(options), deadline());
    happened().connection = outcome.id;
    if (outcome.error == asio::error::operation_aborted) {
        throw boost::system::system_error(outcome.error);
    }
    if (!outcome.connection) {
        not_delivered(why_not_connected(outcome));
        co_return false;
    }
    connection_ = std::move(outcome.connection);
    if (leads_through_link()) {
        co_await until_link_has_dialled();
    }
    co_return true;
}

asio::awaitable<bool> strike_attempt::exchange(const rendered_request& request) {
    http_exchange whole(*connection_, request);
    co_await whole.run(deadline());
    saw_response(whole);
    answered_ = whole.report().ended;
    if (!whole.report().persists) {
        const bool closes_always = whole.report().end == exchange_end::whole;
        if (closes_always) {  // as HTTP/1.0 servers do: there is nothing to strike at, ever
            unavailable(why_cut_short(whole.report()));
        } else {
            not_delivered(why_cut_short(whole.report()));
        }
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

std::optional<tcp_socket_facts> strike_attempt::server_socket() {
    context().connections.catch_up();
    connection_row& row = connection_->row();
    std::optional<tcp_socket_facts> found =
        socket_table().find(row.at_server.local, row.at_server.remote);
    if (found && found->inode != 0) {
        row.server_inode = found->inode;
    }
    happened().held_back = found && found->state == tcp_state::syn_received;
    return found;
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

asio::awaitable<std::optional<tcp_socket_facts>> strike_attempt::server_socket_once_accepted() {
    // How long a server that is not overloaded may take to accept; then it is "not accepted yet".
    constexpr int looks_max = 20;
    constexpr duration look_interval = std::chrono::milliseconds(10);
    std::optional<tcp_socket_facts> server = server_socket();
    for (int look = 1; look < looks_max && (!server || server->inode == 0); ++look) {
        co_await pause(look_interval);
        server = server_socket();
    }
    co_return server;
}

bool strike_attempt::leads_through_link() {
    return context().connections.port().behind_link.has_value();
}

// Whoever connects to a link is connected before the server knows of it.
asio::awaitable<void> strike_attempt::until_link_has_dialled() {
    const time_point give_up = clock::now() + link_notice_max + connection_->row().way_up;
    while (clock::now() < give_up && !server_socket()) {
        co_await pause(link_look_interval);
    }
}

asio::awaitable<std::optional<tcp_socket_facts>> strike_attempt::server_socket_once_told() {
    std::optional<tcp_socket_facts> server = server_socket();
    const time_point give_up = clock::now() + link_notice_max + connection_->row().way_up;
    while (leads_through_link() && clock::now() < give_up && server &&
           server->state == tcp_state::established) {
        co_await pause(link_look_interval);
        server = server_socket();
    }
    co_return server;
}

asio::awaitable<void> strike_attempt::reset(std::string moment) {
    // A socket that the server has closed already would take our RST for nothing.
    const std::optional<tcp_socket_facts> server = established_server_socket();
    if (!server) {
        co_return;
    }
    const boost::system::error_code error = connection_->reset();
    if (error) {
        not_delivered("the RST could not be sent: " + error.message());
        co_return;
    }
    const std::optional<tcp_socket_facts> after = co_await server_socket_once_told();
    if (after && after->state == tcp_state::established) {
        not_delivered("the RST did not reach the server's socket: " + to_text(after));
        co_return;
    }
    delivered(moment + "; then RST to a socket that was " + to_text(server));
}

asio::awaitable<bool> strike_attempt::send_fin(std::string moment) {
    const boost::system::error_code error = connection_->half_close();
    if (error) {
        not_delivered("our FIN could not be sent: " + error.message());
        co_return false;
    }
    // "Gone" is a server that has answered it already, for it was ESTABLISHED just before.
    const std::optional<tcp_socket_facts> server = co_await server_socket_once_told();
    if (server &&
        (server->state == tcp_state::established || server->state == tcp_state::syn_received)) {
        not_delivered("our FIN did not reach the server's socket: " + to_text(server));
        co_return false;
    }
    delivered(moment + "after our FIN the server's socket was " + to_text(server));
    co_return true;
}

void strike_attempt::saw_response(const http_exchange& seen) {
    const int status = seen.response().head().status;
    if (status != 0) {
        happened().response_status = status;
    }
    happened().response_complete = seen.report().end == exchange_end::whole;
    if (happened().response_complete && status != 0) {  // a script's answer announces nothing
        happened().close_announced = seen.response().head().close_announced;
    }
}

void strike_attempt::saw_response(const streamed_response& seen) {
    if (seen.head.status != 0) {
        happened().response_status = seen.head.status;
    }
    happened().response_complete = seen.end == exchange_end::whole;
    if (happened().response_complete) {
        happened().close_announced = seen.head.close_announced;
    }
}

void strike_attempt::stays_idle(time_point answered) {
    happened().idle_since = context().clock.at(answered);
}

void strike_attempt::request_is_whole() {
    happened().request_whole = context().clock.now();
}

void strike_attempt::demanded(demand what) {
    what.decided = context().clock.now();
    happened().demanded = std::move(what);
}

asio::awaitable<void> strike_attempt::hold_until_server_closes() {
    co_await connection_->wait_for_server_close(deadline());
}

injection strike_attempt::finish() {
    if (connection_) {
        connection_->close();
        happened().server_closed = connection_->row().server_closed;
        happened().server_reset = connection_->row().end == connection_end::reset_by_server;
        connection_.reset();
    }
    happened().ended = context().clock.now();
    return happened();
}

asio::awaitable<void> connection_fault::strike_until_released(strike_attempt& here) const {
    if (strikes_at_stop()) {
        const ended_first first =
            co_await first_of(strike(here), until_released_unstruck(here.context()));
        if (first == ended_first::right && !here.is_delivered()) {
            here.not_delivered("it was let go of before the stop");
        }
    } else if (traits_.holds == held_condition::none) {
        co_await strike(here);
    } else {
        co_await first_of(strike(here), until_released(here.context()));
    }
}

asio::awaitable<injection> connection_fault::inject(fault_context& context) const {
    strike_attempt here(context, traits_.kind);
    try {
        co_await here.carry_out(strike_until_released(here));
    } catch (...) {
        let_go(here);
        throw;
    }
    let_go(here);
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

std::string why_not_connected(const connect_outcome& outcome) {
    const bool in_handshake = outcome.stage == connect_stage::tls_handshake;
    if (outcome.error == asio::error::timed_out) {
        return in_handshake ? "the TLS handshake was not over in time" : "no connection in time";
    }
    return (in_handshake ? "the TLS handshake failed: " : "no connection: ") +
           outcome.error.message();
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
            return "the answer was not what it should be: " + report.error;
        case exchange_end::held_back:
            break;
    }
    return report.error;
}

std::string to_text(const std::optional<tcp_socket_facts>& server_socket) {
    if (!server_socket) {
        return "gone";
    }
    return std::string(to_text(server_socket->state)) +
           (server_socket->inode != 0 ? ", accepted" : ", not accepted yet");
}

}  // namespace stormdrain
