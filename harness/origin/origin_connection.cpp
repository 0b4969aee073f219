#include "harness/origin/origin_connection.hpp"

#include "harness/base/concurrently.hpp"
#include "harness/origin/websocket_echo.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>

#include <algorithm>
#include <utility>

namespace stormdrain {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t read_bytes_max = std::size_t{16} * 1024;  // a TLS record's worth
// A proxy that is alive has shaken hands, or taken an answer, long before.
constexpr duration handshake_limit = std::chrono::seconds(30);
constexpr duration write_limit = std::chrono::seconds(120);
// Longer than any proxy keeps a connection in its pool that it means to use.
constexpr duration idle_limit = std::chrono::minutes(10);
// For a Close frame to be answered.
constexpr duration goodbye_limit = std::chrono::seconds(1);

endpoint other_end(const tcp::socket& socket) {
    error_code gone;  // it was reset before it was accepted
    const tcp::endpoint place = socket.remote_endpoint(gone);
    return gone ? endpoint{} : endpoint{place.address().to_string(), place.port()};
}

}  // namespace

origin_connection::origin_connection(origin_desk& desk, tcp::socket socket)
    : desk_(desk),
      proxy_(other_end(socket)),
      number_(desk.tally.opened(proxy_, clock::now())),
      stream_(std::move(socket), desk.tls.get()),
      buffer_(read_bytes_max),
      abandoned_(stream_.executor()) {}

void origin_connection::end_when_idle() {
    is_told_to_end_ = true;
    if (is_idle_) {
        stream_.interrupt();
    }
}

void origin_connection::abandon() {
    is_told_to_end_ = true;
    abandoned_.open();
    stream_.interrupt();
}

std::string origin_connection::whereabouts() const {
    return last_asked_ + " on connection " + std::to_string(number_) + " from " + to_text(proxy_);
}

void origin_connection::ended(origin_end how) {
    desk_.tally.ended(number_, how, clock::now());
}

void origin_connection::ended_by(error_code error) {
    if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
        ended(origin_end::closed_by_proxy);
    } else if (error == asio::error::connection_reset || error == asio::error::broken_pipe) {
        ended(origin_end::reset_by_proxy);
    }
    // Else the origin has had enough of it, and closes.
}

asio::awaitable<void> origin_connection::run() {
    const error_code refused = co_await stream_.handshake(clock::now() + handshake_limit);
    desk_.tally.named(number_, stream_.sni());
    if (refused) {
        ended(abandoned_.is_open() ? origin_end::closed_by_origin : origin_end::handshake_failed);
        co_return;
    }
    bool goes_on = true;
    while (goes_on) {
        goes_on = co_await await_request();
        if (goes_on) {
            goes_on = co_await serve(reader_.next());
        }
    }
    put_back_idle_order();
    stream_.close();
    ended(origin_end::closed_by_origin);  // unless something else was noted
}

asio::awaitable<bool> origin_connection::await_request() {
    const duration limit = idle_order_ ? idle_order_->what.length : idle_limit;
    const time_point deadline = clock::now() + limit;
    auto progress = reader_.take("");  // what came behind the request before
    while (progress == origin_request_reader::progress::incomplete) {
        is_idle_ = !reader_.has_begun();
        if (abandoned_.is_open() || (is_told_to_end_ && is_idle_)) {
            co_return false;
        }
        const transfer read = co_await stream_.read_some(buffer_, deadline);
        const bool was_idle = std::exchange(is_idle_, false);
        if (read.error == asio::error::timed_out && was_idle && idle_order_) {
            co_return close_in_idleness();
        }
        if (read.error) {
            ended_by(read.error);
            co_return false;
        }
        progress = reader_.take({buffer_.data(), read.bytes});
        if (reader_.must_say_continue()) {
            std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
            co_await send(std::move(interim));
        }
    }
    if (progress == origin_request_reader::progress::malformed) {
        std::string refusal =
            "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"
            "Content-Length: 0\r\n\r\n";
        co_await send(std::move(refusal));
        co_return false;
    }
    co_return true;
}

asio::awaitable<bool> origin_connection::serve(origin_request request) {
    last_asked_ = request.method + " " + request.path + " (" + request.host + ")";
    desk_.tally.requested(number_, request.host, request.path, clock::now());
    origin_answer answer = answer_to(request);
    if (answer.delay > duration::zero()) {
        co_await wait(answer.delay);
    }
    // What strikes is for requests: the frames behind an upgrade are none.
    if (!desk_.orders.empty() && !idle_order_ && !answer.opens_websocket) {
        std::shared_ptr<strike_order> order = std::move(desk_.orders.front());
        desk_.orders.pop_front();
        co_return co_await carry_out(std::move(order), request, std::move(answer));
    }
    const bool sent = co_await send(answer.head + answer.body);
    if (sent && answer.opens_websocket) {
        co_return co_await serve_websocket();
    }
    co_return sent&& answer.persists;
}

// Until either side has said Close to the other's, or the proxy hangs up; told to end, as who goes
// away does.
asio::awaitable<bool> origin_connection::serve_websocket() {
    websocket_echo echo;
    std::string output = echo.take(reader_.take_rest());
    time_point deadline = clock::now() + idle_limit;
    bool sent = true;
    while (sent && !echo.is_over()) {
        if (is_told_to_end_) {
            output += echo.say_close();
            deadline = std::min(deadline, clock::now() + goodbye_limit);
        }
        if (!output.empty()) {
            sent = co_await send(std::move(output));
            output.clear();
            continue;
        }
        is_idle_ = !is_told_to_end_;
        const transfer read = co_await stream_.read_some(buffer_, deadline);
        const bool is_interrupted = std::exchange(is_idle_, false) && is_told_to_end_;
        if (read.error && !(is_interrupted && read.error == asio::error::operation_aborted)) {
            ended_by(read.error);
            co_return false;
        }
        output = echo.take({buffer_.data(), read.bytes});
    }
    if (sent && !output.empty()) {
        co_await send(std::move(output));
    }
    co_return false;
}

asio::awaitable<bool> origin_connection::carry_out(std::shared_ptr<strike_order> order,
                                                   const origin_request& request,
                                                   origin_answer answer) {
    const origin_act act = order->what.act;
    const bool in_body = act == origin_act::reset_in_body || act == origin_act::stall_in_body;
    bool sent = true;
    if (in_body) {
        sent = co_await send(answer.head + answer.body.substr(0, answer.body.size() / 2));
        answer.head.clear();
        answer.body.erase(0, answer.body.size() / 2);
    } else if (act != origin_act::reset_at_request && act != origin_act::stall_at_request) {
        sent = co_await send(answer.head + answer.body);
    }
    if (!sent) {
        order->over.open();  // nothing has come of it
        co_return false;
    }
    if (act == origin_act::close_while_idle) {
        idle_order_ = std::move(order);
        co_return true;
    }
    const std::size_t strike = desk_.tally.struck(
        number_, {order->what.fault, request.host, request.path, number_, {}, {}}, clock::now());
    switch (act) {
        case origin_act::reset_at_request:
        case origin_act::reset_in_body:
            if (const error_code error = stream_.reset(); !error) {
                order->proof =
                    (in_body ? "RST amid the answer to " : "RST instead of an answer to ") +
                    whereabouts();
            }
            ended(origin_end::reset_by_origin);
            order->over.open();
            co_return false;
        case origin_act::stall_at_request:
        case origin_act::stall_in_body:
            co_return co_await stall(std::move(order), strike, std::move(answer));
        case origin_act::half_close:
            co_return co_await half_close(std::move(order));
        default:
            break;
    }
    stream_.close();
    ended(origin_end::closed_by_origin);
    order->proof = "FIN right behind the answer to " + whereabouts();
    order->over.open();
    co_return false;
}

asio::awaitable<bool> origin_connection::stall(std::shared_ptr<strike_order> order,
                                               std::size_t strike, origin_answer answer) {
    const time_point began = clock::now();
    const time_point until = began + order->what.length;
    co_await first_of(until_open(order->let_go, until), until_open(abandoned_, until));
    desk_.tally.strike_ended(strike, clock::now());
    order->proof = "silence of " + to_text(clock::now() - began) + " before " +
                   std::to_string(answer.body.size()) + " bytes of the answer to " + whereabouts();
    order->over.open();
    const bool sent = co_await send(answer.head + answer.body);
    co_return sent&& answer.persists;
}

// Whatever still comes is read and dropped until the proxy closes its end.
asio::awaitable<bool> origin_connection::half_close(std::shared_ptr<strike_order> order) {
    if (stream_.half_close()) {
        order->over.open();
        co_return false;
    }
    desk_.tally.half_closed(number_, clock::now());
    order->proof = "FIN behind the answer to " + whereabouts() + ", and it went on reading";
    order->over.open();
    const time_point deadline = clock::now() + idle_limit;
    is_idle_ = true;
    transfer read;
    while (!read.error && !is_told_to_end_) {
        read = co_await stream_.read_some(buffer_, deadline);
    }
    ended_by(read.error);
    co_return false;
}

bool origin_connection::close_in_idleness() {
    const std::shared_ptr<strike_order> order = std::exchange(idle_order_, nullptr);
    stream_.close();
    desk_.tally.struck(number_, {order->what.fault, "", "", number_, {}, {}}, clock::now());
    ended(origin_end::closed_by_origin);
    order->proof =
        "FIN after " + to_text(order->what.length) + " of idleness behind " + whereabouts();
    order->over.open();
    return false;
}

void origin_connection::put_back_idle_order() {
    std::shared_ptr<strike_order> order = std::exchange(idle_order_, nullptr);
    if (order && !order->let_go.is_open()) {  // who gave it has not withdrawn it
        desk_.orders.push_front(std::move(order));
    }
}

asio::awaitable<bool> origin_connection::send(std::string text) {
    if (abandoned_.is_open()) {
        co_return false;
    }
    const transfer written = co_await stream_.write(text, clock::now() + write_limit);
    if (written.error) {
        ended_by(written.error);
    }
    co_return !written.error;
}

asio::awaitable<void> origin_connection::wait(duration length) {
    co_await abandoned_.wait(clock::now() + length);
}

}  // namespace stormdrain
